import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { prepareDataDirectory } from './data-directory.js';
import { openStore } from './open.js';
import { memoryLogger, temporaryDirectory } from './testing.js';

const directory = temporaryDirectory();
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the data directory', () => {
  it('is made when it is missing', () => {
    expect(prepareDataDirectory(join(directory, 'new', 'nested'))).toBe(join(directory, 'new', 'nested'));
  });

  it('that can not be written to is named, with what to do', () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    expect(() => prepareDataDirectory(file)).toThrow(/file can't be written to .*LEEWAY_DATA_DIR/);
    expect(() => prepareDataDirectory(join(file, 'below'))).toThrow(/ENOTDIR/);
  });

  it('where nobody may write is refused', () => {
    expect(() => prepareDataDirectory('/proc/leeway-data')).toThrow(/can't be written to/);
  });

  it('that another process has open is refused with its process id, and free again when that one was killed', async () => {
    const path = join(directory, 'shared');
    const store = new URL('./open.ts', import.meta.url).href;
    const tsx = createRequire(import.meta.url).resolve('tsx/cli');
    const program = join(directory, 'holder.mts');
    writeFileSync(
      program,
      `import { openStore } from '${store}';
       const quiet = () => {};
       await openStore({ dataDir: process.argv[2], memoryMib: 512 }, { debug: quiet, info: quiet, warn: quiet, error: quiet });
       console.log(process.pid);
       setInterval(() => {}, 1000);`,
    );
    const holder = spawn(process.execPath, [tsx, '--conditions=leeway-source', program, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const pid = await new Promise<string>((resolve, reject) => {
        holder.stdout.once('data', (text: Buffer) => resolve(text.toString().trim()));
        holder.once('exit', (code) => reject(new Error(`the holder ended with ${code}`)));
      });
      const failure = await openStore({ dataDir: path, memoryMib: 512 }, memoryLogger()).catch(
        (e: unknown) => e,
      );
      expect(failure).toMatchObject({ name: 'StoreError', code: 'data_directory_in_use', retry: false });
      expect((failure as Error).message).toContain(`process ${pid}`);
      process.kill(Number(pid), 'SIGKILL');
      await new Promise((resolve) => holder.once('exit', resolve));
      const store = await openStore({ dataDir: path, memoryMib: 512 }, memoryLogger());
      expect(await store.check()).toMatchObject({ ok: true });
      await store.close();
    } finally {
      holder.kill('SIGKILL');
    }
  });
});
