import { Counter, Gauge, type Registry } from 'prom-client';

/** What the background audit of the store did since this process began; null where another process does it. */
export interface AuditProgress {
  /** Epoch ms of the last complete pass, null before the first. */
  lastPass: number | null;
  auditedMinutes: number;
  wrongMinutes: number;
  repairedMinutes: number;
  failures: number;
}

/** Counters that show a total kept elsewhere, and when the last pass was. */
export function auditMetrics(registry: Registry, progress: () => AuditProgress | null): void {
  const registers = [registry];
  const total = (name: string, help: string, of: (progress: AuditProgress) => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        const now = progress();
        this.reset();
        if (now) this.inc(of(now));
      },
    });
  total(
    'leeway_audit_minutes_total',
    'Minutes whose counts the background audit compared with their events.',
    (now) => now.auditedMinutes,
  );
  total(
    'leeway_audit_wrong_minutes_total',
    'Minutes whose counts differed from their events.',
    (now) => now.wrongMinutes,
  );
  total(
    'leeway_audit_repaired_minutes_total',
    'Minutes whose counts were rebuilt from their events.',
    (now) => now.repairedMinutes,
  );
  total('leeway_audit_failures_total', 'Passes of the background audit that failed.', (now) => now.failures);
  new Gauge({
    name: 'leeway_audit_last_pass_timestamp_seconds',
    help: 'When the last pass of the background audit was complete.',
    registers,
    collect() {
      const last = progress()?.lastPass ?? null;
      if (last === null) this.reset();
      else this.set(last / 1_000);
    },
  });
}
