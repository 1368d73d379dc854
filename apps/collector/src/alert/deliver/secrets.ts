import { readFile } from 'node:fs/promises';
import type { SecretRef } from '../notify/config.js';

const LARGEST = 65_536;

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

  /** An address given as it is or by reference. */
  async url(given: string | SecretRef): Promise<string> {
    if (typeof given !== 'string') return this.read(given);
    const { username, password, search, pathname } = new URL(given);
    for (const part of [username, password, search.slice(1)]) if (part) this.#remember(part);
    // Long paths of hooks are tokens as often as not.
    for (const part of pathname.split('/')) if (part.length >= 20) this.#remember(part);
    return given;
  }

  /** The text without any secret, on one line and of bounded length. */
  redact(text: string): string {
    let clean = text;
    for (const secret of this.#seen) clean = clean.replaceAll(secret, '[redacted]');
    return clean.replaceAll(/\s+/g, ' ').slice(0, 500);
  }

  #remember(secret: string): void {
    if (secret.length < 4) return;
    this.#seen.add(secret);
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
