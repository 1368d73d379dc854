import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import type { Outcome } from '../deliver/outcome.js';
import type { Receiver } from '../notify/config.js';
import { emailHtml } from './email-html.js';
import type { ReceiverTools, Send } from './receiver.js';

/** Mail over SMTP. The server's address is checked and pinned like a webhook's; TLS still names the host. */
export function email(receiver: Extract<Receiver, { kind: 'email' }>, tools: ReceiverTools): Send {
  return async (message): Promise<Outcome> => {
    const { address } = await tools.policy.resolve(receiver.host, AbortSignal.timeout(tools.timeoutMs));
    const pass = receiver.password && (await tools.secrets.read(receiver.password));
    const transport = createTransport({
      host: address,
      port: receiver.port,
      secure: receiver.tls === 'implicit',
      requireTLS: receiver.tls === 'starttls',
      ignoreTLS: receiver.tls === 'none',
      // The certificate is for the name; an address as a server name isn't allowed in TLS.
      tls: isIP(receiver.host) ? {} : { servername: receiver.host },
      ...(receiver.username && { auth: { user: receiver.username, pass } }),
      connectionTimeout: tools.timeoutMs,
      greetingTimeout: tools.timeoutMs,
      socketTimeout: tools.timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const thread = `<${message.group}@leeway>`;
    try {
      await transport.sendMail({
        from: receiver.from,
        to: receiver.to,
        subject: message.title.replaceAll(/[\r\n]+/g, ' ').slice(0, 250),
        text: message.text,
        html: emailHtml(message),
        messageId: `<${message.id}@leeway>`,
        // Also of the first: what follows names the same, and so all of a group is one conversation.
        inReplyTo: thread,
        references: thread,
        headers: { 'X-Leeway-Dedup-Key': message.id, 'Auto-Submitted': 'auto-generated' },
      });
      return { ok: true };
    } catch (error) {
      const { responseCode, message: text } = error as Error & { responseCode?: number };
      // SMTP's 5xx are final, except for authentication, which an operator may fix meanwhile.
      const final = responseCode !== undefined && responseCode >= 500 && responseCode !== 535;
      return { ok: false, retry: !final, error: text, waitMs: null, gone: false };
    } finally {
      transport.close();
    }
  };
}
