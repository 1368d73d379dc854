// npm run bench:verdict -- [--rows N] [--venv DIR]: the verdict on one large window, beside other tools on the same rows.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { timeLeeway } from './verdict-leeway.js';
import { installPeers, missingPython, PEERS, timeFiles, timePeer } from './verdict-peers.js';
import { drawColumns, writeColumns } from './verdict-rows.js';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    // An environment to make or use again; without it one is made in the temporary folder and removed.
    venv: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const rows = Number(values.rows);
if (!Number.isInteger(rows) || rows < 1000)
  throw new Error(`--rows is a whole number ≥ 1000, got ${values.rows}`);
const COLUMNS = 20;
const BASELINE_ROWS = 100_000;
const COMPARE_RUNS = 5;

const folder = mkdtempSync(join(tmpdir(), 'leeway-verdict-'));
try {
  const files = { baseline: join(folder, 'baseline.f64'), current: join(folder, 'current.f64') };
  const baseline = drawColumns(BASELINE_ROWS, COLUMNS, 0, 1);
  const current = drawColumns(rows, COLUMNS, 5, 2);
  writeColumns(files.baseline, baseline);
  writeColumns(files.current, current);
  const leeway = timeLeeway(baseline, current, 51);
  const result: Record<string, unknown> = {
    rows,
    columns: COLUMNS,
    baseline_rows: BASELINE_ROWS,
    leeway_ms: rounded(leeway.judge_ms),
    leeway_count_ms: rounded(leeway.count_ms),
    leeway_significant: leeway.verdicts.filter((verdict) => verdict === 'significant').length,
  };
  const skipped: string[] = [];
  const missing = missingPython();
  if (missing === null) {
    const venv = values.venv ?? join(folder, 'venv');
    installPeers(venv);
    for (const peer of PEERS) {
      const timed = timePeer(venv, peer, files, COLUMNS, 3);
      result[`${peer}_ms`] = rounded(timed.ms);
      result[`${peer}_peak_mib`] = Math.round(timed.peak_mib);
    }
    const fastest = Math.min(...PEERS.map((peer) => Number(result[`${peer}_ms`])));
    result.times_faster_than_fastest_peer = rounded(fastest / leeway.judge_ms);
    // File against file, both with all the rows.
    writeColumns(files.baseline, drawColumns(rows, COLUMNS, 0, 1));
    const compared = timeFiles(venv, files, COLUMNS, folder, COMPARE_RUNS);
    result.compare_ms = rounded(compared.leeway.ms);
    result.compare_rss_mib = Math.round(compared.leeway.peak_mib);
    result.evidently_reports_ms = rounded(compared.evidently.ms);
    result.evidently_reports_rss_mib = Math.round(compared.evidently.peak_mib);
    result.compare_times_faster = rounded(compared.evidently.ms / compared.leeway.ms);
  } else {
    for (const peer of PEERS) {
      result[`${peer}_ms`] = null;
      skipped.push(`${peer}: ${missing}`);
    }
    skipped.push(`compare: ${missing}`);
    if (process.env.CI === 'true') process.exitCode = 1;
  }
  process.stdout.write(`${JSON.stringify({ ...result, skipped })}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function rounded(x: number): number {
  return Number(x.toPrecision(4));
}
