import { BaselineOptions } from '@leeway/contract';
import { ApiProblem } from './problem.js';

/**
 * Reads the options of a baseline from the fields of a form: the field `options` as JSON, and options that are
 * fields of their own (`timestamp=at`, `exclude=id,name`, `activate=false`), which win. Throws `invalid_request`
 * with one error a field.
 */
export function parseBaselineOptions(fields: Readonly<Record<string, string>>): BaselineOptions {
  const { options, ...single } = fields;
  const parsed = BaselineOptions.strict().safeParse({ ...fromJson(options), ...fromFields(single) });
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    path: `$${issue.path.map((part) => `.${String(part)}`).join('')}`,
    code: issue.code,
    message: issue.message,
  }));
  throw new ApiProblem(
    'invalid_request',
    `The baseline's options: ${errors[0]!.path.slice(2) || 'options'}: ${errors[0]!.message}.`,
    errors,
  );
}

function fromJson(text: string | undefined): object {
  if (text === undefined || text.trim() === '') return {};
  try {
    const given: unknown = JSON.parse(text);
    if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given;
  } catch (error) {
    throw new ApiProblem('invalid_request', `The field "options" is no JSON: ${(error as Error).message}.`);
  }
  throw new ApiProblem('invalid_request', 'The field "options" must be a JSON object.');
}

/** Lists are separated by commas, flags are true or false, objects are JSON. */
function fromFields(fields: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, text]) => {
      if (name === 'exclude')
        return [
          name,
          text
            .split(',')
            .map((column) => column.trim())
            .filter((column) => column !== ''),
        ];
      if (name === 'activate' || name === 'multivariate')
        return [name, text === 'true' ? true : text === 'false' ? false : text];
      if (name === 'kinds' || name === 'importance') return [name, fromJson(text)];
      return [name, text];
    }),
  );
}
