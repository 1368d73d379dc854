/** How to send a first event, in the ways that people start with. */
export type Snippet = { id: string; name: string; text: string; note: string | null };

/** Snippets against the collector at `base`; with a token they name the variable, never the token itself. */
export function snippets(base: string, withToken: boolean, at: string): Snippet[] {
  const event = {
    model: 'my-model',
    version: 'v1',
    id: 'request-1',
    ts: at,
    features: { distance: 720, carrier: 'AA' },
    prediction: 12.5,
    latency_ms: 38,
  };
  const json = JSON.stringify(event);
  const curlToken = withToken ? ` \\\n  -H "authorization: Bearer $LEEWAY_API_TOKEN"` : '';
  return [
    {
      id: 'curl',
      name: 'curl',
      note: null,
      text: `curl ${base}/api/v1/events \\\n  -H 'content-type: application/json'${curlToken} \\\n  -d '${json}'`,
    },
    {
      id: 'typescript',
      name: 'TypeScript',
      note: null,
      text: [
        `const answer = await fetch('${base}/api/v1/events', {`,
        `  method: 'POST',`,
        `  headers: {`,
        `    'content-type': 'application/json',`,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the reader's template, not ours
        ...(withToken ? ['    authorization: `Bearer ${process.env.LEEWAY_API_TOKEN}`,'] : []),
        `  },`,
        `  body: JSON.stringify({`,
        `    model: 'my-model',`,
        `    version: 'v1',`,
        `    id: crypto.randomUUID(),`,
        `    ts: new Date().toISOString(),`,
        `    features: { distance: 720, carrier: 'AA' },`,
        `    prediction: 12.5,`,
        `    latency_ms: 38,`,
        `  }),`,
        `});`,
        `console.log(await answer.json());`,
      ].join('\n'),
    },
    {
      id: 'python',
      name: 'Python',
      note: 'Only the standard library is needed.',
      text: [
        `import json${withToken ? ', os' : ''}, urllib.request, uuid`,
        `from datetime import datetime, timezone`,
        ``,
        `event = {`,
        `    "model": "my-model",`,
        `    "version": "v1",`,
        `    "id": str(uuid.uuid4()),`,
        `    "ts": datetime.now(timezone.utc).isoformat(),`,
        `    "features": {"distance": 720, "carrier": "AA"},`,
        `    "prediction": 12.5,`,
        `    "latency_ms": 38,`,
        `}`,
        `request = urllib.request.Request(`,
        `    "${base}/api/v1/events",`,
        `    data=json.dumps(event).encode(),`,
        withToken
          ? `    headers={"content-type": "application/json", "authorization": "Bearer " + os.environ["LEEWAY_API_TOKEN"]},`
          : `    headers={"content-type": "application/json"},`,
        `)`,
        `print(urllib.request.urlopen(request).read().decode())`,
      ].join('\n'),
    },
    {
      id: 'kcat',
      name: 'kcat',
      note: 'For Kafka: the collector reads the topics of KAFKA_TOPICS on KAFKA_BROKERS.',
      text: `echo '${json}' | \\\n  kcat -P -b localhost:9092 -t leeway.events`,
    },
  ];
}
