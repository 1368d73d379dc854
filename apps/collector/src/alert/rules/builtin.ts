import { Rule } from '@leeway/contract';
import type { z } from 'zod';

const drift = (name: string, value: number, recovery: number, extra: Partial<z.input<typeof Rule>>) =>
  Rule.parse({
    name,
    signal: 'drift.psi',
    condition: { op: '>', value },
    recovery,
    annotations: {
      summary: '{{signal}} of {{model}} {{version}} moved: PSI {{value}} on {{n}} events',
    },
    ...extra,
  });

/**
 * The rules that are on without anybody writing one. Each can be disabled, or replaced by a rule of the same name
 * in a file or through the API.
 */
export const BUILTIN_RULES: readonly Rule[] = [
  drift('drift-significant', 0.2, 0.18, {
    description: 'A signal moved: PSI above 0.2 and the change is more than chance.',
    severity: 'critical',
    for: '0',
    keep_firing_for: '0',
  }),
  drift('drift-moderate', 0.1, 0.09, {
    description: 'A signal is moving: PSI above 0.1 and the change is more than chance.',
    severity: 'warning',
    inhibited_by: ['drift-significant'],
  }),
  Rule.parse({
    name: 'latency-p95',
    description: 'The 95th percentile of latency is more than twice the baseline’s.',
    signal: 'latency.p95',
    condition: { op: '>', ratio: 2, to: 'baseline' },
    recovery: 1.8,
    for: '2m',
    keep_firing_for: '2m',
    severity: 'warning',
    annotations: { summary: 'P95 latency of {{model}} {{version}} is {{value}} ms (limit {{threshold}} ms)' },
  }),
  Rule.parse({
    name: 'throughput-low',
    description: 'Fewer than 80 % of the requests that the model usually serves, or is sized for.',
    signal: 'throughput',
    condition: { op: '<', ratio: 0.8, to: 'capacity' },
    recovery: 0.85,
    for: '10m',
    keep_firing_for: '5m',
    severity: 'warning',
    inhibited_by: ['model-silent'],
    annotations: { summary: '{{model}} serves {{value}} requests/s (limit {{threshold}})' },
  }),
  Rule.parse({
    name: 'error-rate',
    description: 'More than 1 % of the requests fail.',
    signal: 'error_rate',
    condition: { op: '>', value: 0.01 },
    recovery: 0.009,
    min_rows: 30,
    for: '1m',
    keep_firing_for: '2m',
    severity: 'critical',
    annotations: { summary: '{{percent}} of the requests to {{model}} {{version}} fail' },
  }),
  Rule.parse({
    name: 'anomalies',
    description: 'More than 5 % of the events have a value far outside of what the model was trained on.',
    signal: 'anomaly_rate',
    condition: { op: '>', value: 0.05 },
    recovery: 0.045,
    min_rows: 30,
    for: '2m',
    keep_firing_for: '2m',
    severity: 'warning',
    annotations: { summary: '{{percent}} of the events of {{model}} {{version}} are anomalous' },
  }),
  Rule.parse({
    name: 'model-silent',
    description: 'No event of a model has arrived for half an hour.',
    signal: 'ingest.silence',
    condition: { op: '>', value: 1_800 },
    severity: 'critical',
    annotations: { summary: '{{model}} has sent nothing for {{value}} s' },
  }),
];
