export * from './alerts.js';
export * from './api.js';
export * from './baselines.js';
export * from './events.js';
export * from './problems.js';
export * from './rules.js';
export * from './verdicts.js';
export * from './words.js';
