import { SEEDED } from './dashboard-seed.js';

/** A page as it is measured. */
export interface BenchPage {
  name: string;
  path: string;
}

const MONTH = 'from=now-30d&to=now';

/** Every page of the dashboard, on the largest that the store has to show. */
export function benchPages(found: { incident: string; rule: string }): BenchPage[] {
  const wide = `/models/${SEEDED.wide}`;
  return [
    { name: 'fleet', path: '/' },
    { name: 'model', path: `${wide}?${MONTH}` },
    { name: 'model_day', path: wide },
    { name: 'model_outcomes', path: `/models/${SEEDED.busy}` },
    { name: 'model_settings', path: `${wide}/settings` },
    { name: 'compare', path: `${wide}/compare?${MONTH}` },
    { name: 'signal', path: `${wide}/signals/feature_001?${MONTH}` },
    { name: 'signal_day', path: `/models/${SEEDED.busy}/signals/feature_001` },
    { name: 'events', path: `/events?model=${SEEDED.wide}` },
    { name: 'events_filtered', path: `/events?model=${SEEDED.busy}&feature=feature_001%3E99` },
    { name: 'alerts', path: '/alerts' },
    { name: 'incidents', path: '/incidents' },
    { name: 'incident', path: `/incidents/${encodeURIComponent(found.incident)}` },
    { name: 'rules', path: '/rules' },
    { name: 'rule', path: `/rules/${encodeURIComponent(found.rule)}` },
    { name: 'silences', path: '/silences' },
    { name: 'receivers', path: '/receivers' },
    { name: 'baselines', path: '/baselines' },
    { name: 'baseline', path: `/baselines/bench-${SEEDED.wide}` },
    { name: 'status', path: '/status' },
  ];
}
