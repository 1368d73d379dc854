// The lines of ARCHITECTURE.md between the rooms, so that the map stays true: `npm run boundaries`.
const ROOMS = ['ingest', 'store', 'baseline', 'evaluate', 'alert', 'serve', 'cli'];
const anyRoom = ROOMS.join('|');
const notTests = String.raw`\.test\.tsx?$`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'stats-stands-alone',
      comment: 'Statistics import nothing of ours, do no I/O and read no clock.',
      severity: 'error',
      from: { path: '^packages/stats/src' },
      to: { path: '^(apps|packages/contract|test|bench|examples)/' },
    },
    {
      name: 'stats-does-no-io',
      comment: 'A statistic is a function of its arguments.',
      severity: 'error',
      from: { path: '^packages/stats/src', pathNot: notTests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'contract-stands-alone',
      comment: 'The contract imports nothing of ours: every client can use it.',
      severity: 'error',
      from: { path: '^packages/contract/src' },
      to: { path: '^(apps|packages/stats|test|bench|examples)/' },
    },
    {
      name: 'rooms-do-not-import-rooms',
      comment: 'A room declares what it needs as a port; only app.ts joins rooms.',
      severity: 'error',
      from: { path: `^apps/collector/src/(${anyRoom})/`, pathNot: notTests },
      to: { path: `^apps/collector/src/(${anyRoom})/`, pathNot: '^apps/collector/src/$1/' },
    },
    {
      name: 'rooms-do-not-import-the-app',
      comment: 'app.ts, main.ts and config.ts know the rooms, not the other way round.',
      severity: 'error',
      from: { path: `^apps/collector/src/(${anyRoom})/`, pathNot: notTests },
      to: { path: '^apps/collector/src/(app|main)' },
    },
    {
      name: 'dashboard-is-a-client',
      comment: 'The dashboard reads the API like any other client: no storage, no Kafka, no collector code.',
      severity: 'error',
      from: { path: '^apps/dashboard/src' },
      to: { path: '(^apps/collector|^packages/stats|node_modules/(chdb|@clickhouse|kafkajs))' },
    },
    {
      name: 'no-circles',
      comment: 'Two files that need each other are one idea in two places.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolved',
      comment: 'An import that nobody provides. `server-only` is a name that the Next.js compiler knows.',
      severity: 'error',
      from: { pathNot: notTests },
      to: { couldNotResolve: true, pathNot: '^server-only$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.next)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      conditionNames: ['leeway-source', 'import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
