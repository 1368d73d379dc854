import { readFile } from 'node:fs/promises';
import type { SecretRef } from '../notify/config.js';

const LARGEST = 65_536;
/** Long parts of a hook's path are tokens as often as not; where the address itself is a secret, all but words are. */
const TOKEN_IN_PATH = /^.{20,}$/;
const TOKEN_OF_A_SECRET = /^(?![a-z-]+$).{8,}$/;

/** A secret that can't be read; the message names where it should be, never what it is. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/**
 * Reads secrets from the environment or from files, and takes every one it ever read out of the texts that people
 * see. Files are read at each use, so that a rotated secret is in force without a restart.
 */
export class Secrets {
  readonly #seen = new Set<string>();

  constructor(private readonly env: Readonly<Record<string, string | undefined>>) {}

  async read(ref: SecretRef): Promise<string> {
    const value = ref.env !== undefined ? this.env[ref.env]?.trim() : await readSecretFile(ref.file!);
    if (!value) throw new SecretError(`${where(ref)} is not set or empty`);
    this.#remember(value);
    return value;
  }

  /** An address given as it is or by reference. Throws `SecretError` when the reference holds no http(s) address. */
  async url(given: string | SecretRef): Promise<string> {
    const text = typeof given === 'string' ? given : await this.read(given);
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
      const place = typeof given === 'string' ? 'the address' : where(given);
      throw new SecretError(`${place} holds no http:// or https:// address`);
    }
    // An answer may repeat a part of it: a user, a token in the query or in the path.
    const { username, password, search, pathname } = url;
    for (const part of [username, password, search.slice(1)]) if (part) this.#remember(part);
    const token = typeof given === 'string' ? TOKEN_IN_PATH : TOKEN_OF_A_SECRET;
    for (const part of pathname.split('/')) if (token.test(part)) this.#remember(part);
    return text;
  }

  /** The text without any secret, on one line and of bounded length. */
  redact(text: string): string {
    let clean = text;
    // Longest first, so that no part of a longer one is left behind a shorter one's mark.
    for (const secret of [...this.#seen].sort((a, b) => b.length - a.length))
      clean = clean.replaceAll(secret, '[redacted]');
    return clean.replaceAll(/\s+/g, ' ').slice(0, 500);
  }

  #remember(secret: string): void {
    if (secret.length < 4) return;
    this.#seen.add(secret);
    const encoded = encodeURIComponent(secret);
    if (encoded !== secret) this.#seen.add(encoded);
    // Rotated secrets pile up slowly; the oldest are the least likely to turn up in a text.
    if (this.#seen.size > 1_000)
      for (const oldest of this.#seen) {
        this.#seen.delete(oldest);
        break;
      }
  }
}

async function readSecretFile(path: string): Promise<string> {
  try {
    const text = await readFile(path, 'utf8');
    if (text.length > LARGEST) throw new SecretError(`the file ${path} is too large to be a secret`);
    return text.trim();
  } catch (error) {
    if (error instanceof SecretError) throw error;
    throw new SecretError(
      `the file ${path} can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
    );
  }
}

function where(ref: SecretRef): string {
  return ref.env !== undefined ? `the environment variable ${ref.env}` : `the file ${ref.file}`;
}

/** Where a receiver sends, for people: scheme and host of an address, the place of a reference. */
export function showTarget(given: string | SecretRef): string {
  return typeof given === 'string' ? `${new URL(given).origin}/…` : `(address in ${where(given)})`;
}
