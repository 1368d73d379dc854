/** A repeatable generator of numbers in [0, 1): tests never depend on luck. */
export function randomOf(seed: number): () => number {
  let state = seed % 2_147_483_647 || 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

export interface SampleRow {
  amount: number;
  age: number | null;
  plan: string;
  score: number;
  churned: boolean;
}

/** A customer: `amount` is even on 0..100 times `scale`, `age` is missing for one in fifty. */
export function sampleRow(random: () => number, scale = 1): SampleRow {
  const amount = Math.round(random() * 10_000 * scale) / 100;
  const age = random() < 0.02 ? null : Math.floor(18 + random() * 60);
  const plan = random() < 0.6 ? 'basic' : random() < 0.7 ? 'gold' : 'family';
  const score = random();
  return { amount, age, plan, score, churned: random() < score };
}

/** Training data as CSV: 5,000 rows of scale 1 unless told otherwise. */
export function trainingCsv(rows = 5_000, seed = 7): string {
  const random = randomOf(seed);
  const lines = ['amount,age,plan,score,churned'];
  for (let i = 0; i < rows; i++) {
    const row = sampleRow(random);
    lines.push(`${row.amount},${row.age ?? ''},${row.plan},${row.score.toFixed(6)},${row.churned}`);
  }
  return `${lines.join('\n')}\n`;
}

export interface EventOptions {
  model: string;
  version?: string;
  from: number;
  to: number;
  count: number;
  seed?: number;
  scale?: number;
  tags?: (i: number) => Record<string, string>;
}

/** Events spread evenly over `[from, to)`, as the API takes them. */
export function sampleEvents(options: EventOptions): object[] {
  const random = randomOf(options.seed ?? 11);
  const { model, version = '1', from, to, count, scale = 1 } = options;
  return Array.from({ length: count }, (_, i) => {
    const { amount, age, plan, score } = sampleRow(random, scale);
    return {
      model,
      version,
      id: `${version}-${from}-${i}`,
      ts: Math.floor(from + ((to - from) * i) / count),
      features: { amount, age, plan },
      prediction: score > 0.5,
      score,
      latency_ms: 5 + random() * 20,
      ...(options.tags && { tags: options.tags(i) }),
    };
  });
}

/** A form with a training file, as `curl -F` would send it. */
export function baselineForm(
  content: string | Uint8Array<ArrayBuffer>,
  name: string,
  options: object = { score: 'score', label: 'churned' },
): FormData {
  const form = new FormData();
  form.append('options', JSON.stringify(options));
  form.append('file', new Blob([content]), name);
  return form;
}
