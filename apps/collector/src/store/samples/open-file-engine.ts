import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedEngine } from '../engine/embedded.js';
import { createLane } from '../engine/lane.js';
import { openComparedFile } from './compared-file.js';
import { openSampleFile, type SampleFile } from './files.js';
import type { SampleEngine } from './samples.js';

/** Starts an engine. Its library is large, and loaded only by those who come here. */
async function openAt(path: string, memoryMib: number): Promise<EmbeddedEngine> {
  const { openEmbedded } = await import('../engine/embedded.js');
  return openEmbedded({ path, memoryMib });
}

/** A connection of an engine that is open already, for reading files and holding them for a while. */
export async function connectFileEngine(
  engine: EmbeddedEngine,
  memoryMib: number,
): Promise<SampleEngine & { close(): Promise<void> }> {
  const backend = await engine.connect({
    precise_float_parsing: 1,
    output_format_json_quote_64bit_integers: 0,
    async_insert: 0,
    max_memory_usage: memoryMib * 1_048_576,
  });
  await backend.run('CREATE DATABASE IF NOT EXISTS leeway_files');
  await backend.run('USE leeway_files');
  const lane = createLane('files', backend, 1);
  return { lane, backend, close: () => lane.close() };
}

/** An engine of its own in a temporary directory, for programs that have none (`leeway compare`, a server's clients). */
export async function openFileEngine(memoryMib: number): Promise<SampleEngine & { close(): Promise<void> }> {
  const path = mkdtempSync(join(tmpdir(), 'leeway-files-'));
  const engine = await openAt(path, memoryMib);
  const connected = await connectFileEngine(engine, memoryMib);
  return {
    ...connected,
    async close() {
      await connected.close();
      engine.close();
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/**
 * Opens files with an engine that is there already, or with one of its own that starts with the first file: a
 * ClickHouse server doesn't see this machine's files.
 */
export function createFileOpener(engine: EmbeddedEngine | null, memoryMib: number) {
  let opening: ReturnType<typeof openFileEngine> | null = null;
  return {
    async open(path: string, name?: string): Promise<SampleFile> {
      opening ??= engine ? connectFileEngine(engine, memoryMib) : openFileEngine(memoryMib);
      const files = await opening.catch((error: unknown) => {
        opening = null;
        throw error;
      });
      return openSampleFile(files, path, name);
    },
    async close(): Promise<void> {
      const files = await opening?.catch(() => null);
      await files?.close();
    },
  };
}

/**
 * Two readers side by side for a program that compares two files and ends: one engine of their own, which starts with
 * the first question that needs it, and a connection each.
 */
export function openFileReaders(memoryMib: number) {
  let engine: { path: string; embedded: Promise<EmbeddedEngine> } | null = null;
  const connections: Promise<Awaited<ReturnType<typeof connectFileEngine>>>[] = [];
  function start(): Promise<EmbeddedEngine> {
    if (engine === null) {
      const path = mkdtempSync(join(tmpdir(), 'leeway-files-'));
      engine = { path, embedded: openAt(path, memoryMib) };
    }
    return engine.embedded;
  }
  function reader() {
    let connection: (typeof connections)[number] | null = null;
    const connected = () => {
      if (connection === null) {
        connection = start().then((started) => connectFileEngine(started, memoryMib));
        connections.push(connection);
      }
      return connection;
    };
    return (file: string, name: string) => openComparedFile(connected, file, name);
  }
  return {
    readers: [reader(), reader()] as const,
    async close(): Promise<void> {
      for (const connection of connections) await (await connection.catch(() => null))?.close();
      if (engine === null) return;
      (await engine.embedded.catch(() => null))?.close();
      rmSync(engine.path, { recursive: true, force: true });
    },
  };
}
