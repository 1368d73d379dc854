import { setTimeout as sleep } from 'node:timers/promises';
import type { DeliveryList, Incident, IncidentList } from '@leeway/contract';
import { expect } from 'vitest';

/** A message as Alertmanager posts it. */
interface GroupMessage {
  status: 'firing' | 'resolved';
  groupLabels: Record<string, string>;
  alerts: { status: string; labels: Record<string, string>; annotations: Record<string, string> }[];
}

/** A group as Alertmanager's API lists it. */
interface Group {
  labels: Record<string, string>;
  alerts: { labels: Record<string, string> }[];
}

const PATIENCE_MS = 240_000;

/** What a real Alertmanager was told, said and shows, held against what the collector's API tells. */
export class OneIncident {
  readonly #messages: GroupMessage[] = [];

  constructor(readonly alertmanager: string) {}

  /** Alertmanager posted this. */
  arrived(body: unknown): void {
    this.#messages.push(body as GroupMessage);
  }

  untilFiring(): Promise<void> {
    return this.#until(() => this.#messages.some((message) => message.status === 'firing'));
  }

  /** Exactly one alert in one group, which is the incident of the API, with everything a person needs. */
  async isOne(collector: string): Promise<void> {
    const incident = await incidentOf(collector);
    const labels = {
      alertname: 'drift-significant',
      rule: 'drift-significant',
      model: 'flight-delay',
      signal: 'distance',
      severity: 'critical',
      incident: incident.id,
    };
    expect(this.#messages).toHaveLength(1);
    const [message] = this.#messages;
    expect(message).toMatchObject({
      status: 'firing',
      groupLabels: { model: 'flight-delay', incident: incident.id },
      alerts: [{ status: 'firing', labels }],
    });
    expect(message!.alerts).toHaveLength(1);
    const { annotations } = message!.alerts[0]!;
    expect(annotations.incident_url).toContain(`/incidents/${incident.id}`);
    expect(annotations.summary).toMatch(/^distance of flight-delay .* moved: PSI 0\.\d+ on \d/);
    expect(annotations.description).toMatch(/median .* → .*×1\.[56]/);

    const groups = (await (await fetch(`${this.alertmanager}/api/v2/alerts/groups`)).json()) as Group[];
    expect(groups).toHaveLength(1);
    expect(groups[0]!.alerts.map((alert) => alert.labels.signal)).toEqual(['distance']);

    const { deliveries } = await ask<DeliveryList>(collector, 'deliveries?receiver=alertmanager');
    expect(deliveries.map((d) => [d.why, d.state, d.incident])).toEqual([
      ['first', 'delivered', incident.id],
    ]);
  }

  /** The end is told once, and the incident is over in the API too. */
  async untilResolved(collector: string): Promise<void> {
    await this.#until(() => this.#messages.some((message) => message.status === 'resolved'));
    expect(this.#messages.map((message) => message.status)).toEqual(['firing', 'resolved']);
    const incident = await incidentOf(collector);
    expect(incident).toMatchObject({ state: 'resolved', firing_count: 0 });
    expect(incident.resolved_at).not.toBeNull();
    const groups = (await (await fetch(`${this.alertmanager}/api/v2/alerts/groups`)).json()) as Group[];
    expect(groups).toEqual([]);
  }

  async #until(test: () => boolean): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    while (!test() && Date.now() < end) await sleep(200);
    expect(test(), `Alertmanager said: ${JSON.stringify(this.#messages)}`).toBe(true);
  }
}

/** The one incident that the API knows. */
async function incidentOf(collector: string): Promise<Incident> {
  const { incidents } = await ask<IncidentList>(collector, 'incidents');
  expect(incidents).toHaveLength(1);
  return incidents[0]!;
}

async function ask<T>(collector: string, path: string): Promise<T> {
  return (await (await fetch(`${collector}/api/v1/${path}`)).json()) as T;
}
