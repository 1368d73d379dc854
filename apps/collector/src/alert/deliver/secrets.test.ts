import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Secrets, showTarget } from './secrets.js';

describe('secrets', () => {
  it('come from the environment or a file, are read anew, and are taken out of every text', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'leeway-secret-'));
    const file = join(dir, 'token');
    const secrets = new Secrets({ HOOK: 'tr0ub4dor' });
    await writeFile(file, 'first-secret\n');
    expect(await secrets.read({ env: 'HOOK' })).toBe('tr0ub4dor');
    expect(await secrets.read({ file })).toBe('first-secret');
    await writeFile(file, 'second-secret\n');
    expect(await secrets.read({ file })).toBe('second-secret');
    expect(secrets.redact('bad tr0ub4dor\n and first-secret, second-secret')).toBe(
      'bad [redacted] and [redacted], [redacted]',
    );
    await rm(dir, { recursive: true });
  });

  it('say where they are missing without saying anything else', async () => {
    const secrets = new Secrets({ EMPTY: '' });
    await expect(secrets.read({ env: 'EMPTY' })).rejects.toThrow(
      'the environment variable EMPTY is not set or empty',
    );
    await expect(secrets.read({ file: '/nowhere/at/all' })).rejects.toThrow("can't be read (ENOENT)");
  });

  it('hide the tokens that addresses carry', async () => {
    const secrets = new Secrets({});
    const url =
      'https://user:passw0rd@hooks.example.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX?key=abcdef';
    await secrets.url(url);
    expect(secrets.redact(`could not post to ${url}`)).not.toMatch(/passw0rd|XXXXXXXX|abcdef/);
    expect(showTarget(url)).toBe('https://hooks.example.com/…');
  });

  it('hide the parts of an address that is a secret as a whole, and say so when it is none', async () => {
    const secrets = new Secrets({
      URL: 'https://hooks.example.com/services/T0A1B2C3D/xYz98765',
      WRONG: 'T0A1B2C3D',
    });
    await secrets.url({ env: 'URL' });
    expect(secrets.redact('no such hook: /services/T0A1B2C3D/xYz98765')).toBe(
      'no such hook: /services/[redacted]/[redacted]',
    );
    await expect(secrets.url({ env: 'WRONG' })).rejects.toThrow(
      /^the environment variable WRONG holds no http:\/\/ or https:\/\/ address$/,
    );
  });

  it('are taken out as they stand in an address too', async () => {
    const secrets = new Secrets({ KEY: 'p@ss/word+1' });
    await secrets.read({ env: 'KEY' });
    expect(secrets.redact('GET /?key=p%40ss%2Fword%2B1 p@ss/word+1')).toBe('GET /?key=[redacted] [redacted]');
  });
});
