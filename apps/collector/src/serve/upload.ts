import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiProblem } from './problem.js';

const LONGEST_OPTIONS = 4 * 1_048_576;

export interface Upload {
  /** `path` is a temporary file; `name` the client's own name for it, without directories. */
  file: { path: string; name: string };
  /** The form's other fields as text, e.g. `options` or `timestamp`. */
  fields: Record<string, string>;
  remove(): Promise<void>;
}

/** Takes one file and a few fields a request, all bounded. */
export async function registerMultipart(app: FastifyInstance, fileLimit: number): Promise<void> {
  await app.register(multipart, {
    limits: { fileSize: fileLimit, files: 1, fields: 20, fieldSize: LONGEST_OPTIONS, parts: 21 },
  });
}

/**
 * Streams the form's `file` to `directory` and reads its other fields. Throws `body_too_large` past the limit and
 * `bad_request` without a file; the temporary file is gone then.
 */
export async function receiveUpload(request: FastifyRequest, directory: string): Promise<Upload> {
  if (!request.isMultipart())
    throw new ApiProblem(
      'unsupported_media_type',
      'Send multipart/form-data with the fields "file" and "options".',
    );
  const folder = await mkdtemp(join(directory, 'upload-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    let file: Upload['file'] | null = null;
    const fields: Record<string, string> = {};
    for await (const part of request.parts()) {
      if (part.type === 'file') {
        const name = baseName(part.filename);
        const path = join(
          folder,
          `training${extname(name)
            .toLowerCase()
            .replace(/[^.\w]/g, '')}`,
        );
        await pipeline(part.file, createWriteStream(path));
        if (part.file.truncated) throw tooLarge();
        file = { path, name };
      } else fields[part.fieldname] = String(part.value);
    }
    if (file === null)
      throw new ApiProblem('bad_request', 'The form has no file; send it in the field "file".');
    return { file, fields, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

function baseName(name: string | undefined): string {
  const last = (name ?? '').split(/[\\/]/).pop() ?? '';
  return last === '' ? 'training' : last.slice(0, 255);
}

function tooLarge(): ApiProblem {
  return new ApiProblem(
    'body_too_large',
    'The file is larger than LEEWAY_UPLOAD_LIMIT_MIB allows; raise it, or send a sample of the training data.',
  );
}
