import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';

/** An address that notifications must not go to. Never worth a retry before the configuration changes. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

export interface PinnedAddress {
  address: string;
  family: 4 | 6;
}

/** Azure's inside answers at an address that looks like any public one. */
const INSIDE = new Set(['168.63.129.16']);
/** All of IPv6 that is routed in the internet; the rest is special, reserved or old (like `::127.0.0.1`). */
const GLOBAL_V6 = ipaddr.IPv6.parseCIDR('2000::/3');

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * Decides which addresses notifications may go to: public ones, and what the operator allowed by CIDR range or by
 * host name. Loopback, private, link-local (with the clouds' metadata services), carrier-grade, multicast, reserved
 * and IPv4-in-IPv6 forms of these are refused, so that a rule's author can't make the collector call the inside.
 */
export class AddressPolicy {
  readonly #ranges: Range[] = [];
  readonly #hosts = new Set<string>();

  constructor(allowed: readonly string[]) {
    for (const entry of allowed) {
      if (ipaddr.isValidCIDR(entry)) this.#ranges.push(ipaddr.parseCIDR(entry));
      else if (ipaddr.isValid(entry)) this.#ranges.push(single(entry));
      else this.#hosts.add(entry.toLowerCase());
    }
  }

  /**
   * Resolves a host once; the caller connects to exactly this address. Throws `AddressRefused`, and the signal's reason
   * when it ends the wait for an answer.
   */
  async resolve(hostname: string, signal: AbortSignal): Promise<PinnedAddress> {
    const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
    const found = ipaddr.isValid(host)
      ? [{ address: host, family: ipaddr.parse(host).kind() === 'ipv6' ? 6 : 4 }]
      : await unlessAborted(lookup(host, { all: true, verbatim: true }), signal);
    if (found.length === 0) throw new AddressRefused(`${host} has no address`);
    const named = this.#hosts.has(host);
    // One inside address among several is enough to refuse: which one is taken must not be up to chance.
    for (const { address } of found) {
      if (!named && !this.allows(address)) {
        throw new AddressRefused(
          `${host === address ? host : `${host} is at ${address}, which`} is not a public address; add it to allow_addresses if it is meant`,
        );
      }
    }
    const { address, family } = found[0]!;
    return { address, family: family === 6 ? 6 : 4 };
  }

  allows(text: string): boolean {
    const address = ipaddr.process(text);
    if (this.#ranges.some((range) => address.kind() === range[0].kind() && address.match(range))) return true;
    if (address.range() !== 'unicast' || INSIDE.has(address.toString())) return false;
    return address.kind() === 'ipv4' || address.match(GLOBAL_V6);
  }
}

/** A name server that says nothing must not hold a message up for longer than anything else may. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function single(text: string): Range {
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
