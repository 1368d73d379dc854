import { openAsBlob } from 'node:fs';
import type {
  Alert,
  BaselineSummary,
  HistogramPair,
  ModelDetail,
  ModelSettings,
  SignalSummary,
  StatusReport,
  Verdict,
} from '@leeway/contract';

/** The few calls of the collector's API that the demo makes. `base` ends in `/api/v1`. Each throws on a refusal. */
export class LeewayApi {
  constructor(readonly base: string) {}

  async settings(model: string, change: Partial<ModelSettings>): Promise<void> {
    await this.#call(`models/${model}/settings`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(change),
    });
  }

  /** Uploads a training file and activates it as the model's baseline. */
  async createBaseline(
    model: string,
    file: string,
    options: Record<string, string>,
  ): Promise<BaselineSummary> {
    const form = new FormData();
    for (const [name, value] of Object.entries(options)) form.append(name, value);
    form.append('file', await openAsBlob(file), 'flights-2001-01.csv');
    return this.#call(`models/${model}/baselines`, { method: 'POST', body: form });
  }

  /** Null while the model has sent nothing yet. */
  async model(model: string, from: number, to: number): Promise<ModelDetail | null> {
    return this.#call<ModelDetail>(`models/${model}?from=${from}&to=${to}`).catch((error: unknown) => {
      if (error instanceof ApiRefusal && error.status === 404) return null;
      throw error;
    });
  }

  async signals(model: string): Promise<SignalSummary[]> {
    return (await this.#call<{ signals: SignalSummary[] }>(`models/${model}/signals`)).signals;
  }

  async verdicts(model: string, from: number, to: number, signal?: string): Promise<Verdict[]> {
    const only = signal === undefined ? '' : `&signal=${encodeURIComponent(signal)}`;
    const query = `from=${from}&to=${to}&limit=10000${only}`;
    return (await this.#call<{ verdicts: Verdict[] }>(`models/${model}/verdicts?${query}`)).verdicts;
  }

  async histogram(model: string, signal: string, from: number, to: number): Promise<HistogramPair> {
    const query = `signal=${encodeURIComponent(signal)}&from=${from}&to=${to}`;
    return this.#call(`models/${model}/histograms?${query}`);
  }

  /** Messages that the collector has not stored yet, over all partitions. */
  async kafkaLag(): Promise<number> {
    const { ingest } = await this.#call<StatusReport>('status');
    return (ingest.kafka?.partitions ?? []).reduce((sum, { lag }) => sum + Math.max(0, lag), 0);
  }

  async alerts(): Promise<Alert[]> {
    return (await this.#call<{ alerts: Alert[] }>('alerts')).alerts;
  }

  async #call<T>(path: string, init?: RequestInit): Promise<T> {
    const response = await fetch(`${this.base}/${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new ApiRefusal(response.status, `${path}: ${text.slice(0, 500)}`);
    return JSON.parse(text) as T;
  }
}

/** An answer of the API other than success, with its HTTP status. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(`the API answered ${status} to ${detail}`);
  }
}
