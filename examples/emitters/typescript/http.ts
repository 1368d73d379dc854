// Sends prediction events over HTTP with fetch, and tries again without storing anything twice.
// npx tsx http.ts [http://127.0.0.1:8787]
const collector = process.argv[2] ?? 'http://127.0.0.1:8787';

/** Sends one batch. The key stays the same over all attempts: that is what makes a retry harmless. */
async function send(events: object[]): Promise<void> {
  const key = crypto.randomUUID();
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(`${collector}/api/v1/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': key,
        ...(process.env.LEEWAY_API_TOKEN && { authorization: `Bearer ${process.env.LEEWAY_API_TOKEN}` }),
      },
      body: JSON.stringify(events),
    });
    if (response.ok || response.status === 422) {
      const { accepted, rejected } = (await response.json()) as {
        accepted: number;
        rejected: { message: string }[];
      };
      console.log(`accepted ${accepted}`);
      for (const { message } of rejected) console.error(`rejected: ${message}`);
      return;
    }
    if (attempt === 5) throw new Error(`the collector answers ${response.status}: ${await response.text()}`);
    const seconds = Number(response.headers.get('retry-after') ?? 2 ** attempt);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  }
}

const events = Array.from({ length: 100 }, (_, i) => ({
  model: 'churn',
  version: '2026-01',
  id: crypto.randomUUID(),
  ts: new Date().toISOString(),
  features: { tenure_months: i % 60, plan: i % 3 === 0 ? 'gold' : 'basic', autopay: i % 2 === 0 },
  prediction: i % 4 === 0 ? 'leaves' : 'stays',
  score: (i % 100) / 100,
  latency_ms: 8 + (i % 7),
  tags: { region: i % 2 === 0 ? 'north' : 'south' },
}));
await send(events);
