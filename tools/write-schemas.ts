// node tools/run-ts.mjs tools/write-schemas.ts: writes the JSON Schemas of docs/schemas from the contract. A test
// (apps/collector/src/ingest/events/schemas.test.ts) fails while they differ.
import { mkdirSync, writeFileSync } from 'node:fs';
import { eventSchemas } from '../apps/collector/src/ingest/events/schemas.js';

const folder = new URL('../docs/schemas/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(eventSchemas()))
  writeFileSync(new URL(name, folder), `${JSON.stringify(schema, null, 2)}\n`);
