import { type BaselineOptions, BaselineSummary } from '@leeway/contract';
import { ApiError, apiPath, browserFetch, request, segment } from '../../lib/api';

export { baselineDetailQuery } from '../events/queries';

export function activateBaseline(id: string): Promise<BaselineSummary> {
  return request(browserFetch, apiPath(`/baselines/${segment(id)}/activate`), BaselineSummary, {
    method: 'POST',
  });
}

/**
 * Sends training data and options as a form. `onProgress` gets 0..1 while bytes leave; 1 means that the collector
 * is reading them. XMLHttpRequest, because fetch tells nothing of what was sent. Rejects with `ApiError`.
 */
export function uploadBaseline(
  model: string,
  file: File,
  options: BaselineOptions,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<BaselineSummary> {
  const form = new FormData();
  // First, so that whoever reads the parts as they come knows them before the file.
  form.append('options', JSON.stringify(options));
  form.append('file', file, file.name);
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const stop = () => xhr.abort();
    const settle = (finish: () => void) => {
      signal.removeEventListener('abort', stop);
      finish();
    };
    xhr.open('POST', apiPath(`/models/${segment(model)}/baselines`));
    xhr.setRequestHeader('accept', 'application/json');
    xhr.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onProgress(event.loaded / event.total);
    };
    xhr.upload.onload = () => onProgress(1);
    xhr.onabort = () => settle(() => reject(new DOMException('The upload was stopped.', 'AbortError')));
    xhr.onerror = () => settle(() => reject(new ApiError(LOST)));
    xhr.onload = () =>
      settle(() => {
        request(async () => answerOf(xhr), xhr.responseURL, BaselineSummary).then(resolve, reject);
      });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) return stop();
    xhr.send(form);
  });
}

const LOST = {
  type: 'urn:leeway:problem:upload_lost',
  title: 'The upload broke off',
  status: 0,
  code: 'upload_lost',
  detail: 'The connection closed before the file had arrived. Nothing was stored; send it again.',
};

function answerOf(xhr: XMLHttpRequest): Response {
  const type = xhr.getResponseHeader('content-type');
  return new Response(xhr.responseText, {
    status: xhr.status,
    ...(type ? { headers: { 'content-type': type } } : {}),
  });
}
