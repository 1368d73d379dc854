import { describe, expect, it } from 'vitest';
import { Gate } from './gate.js';
import { pump, type Sent } from './pump.js';
import type { Delivery } from './replay.js';
import type { Sink } from './sink.js';

const event = { model: 'm', version: '1', id: 'a', ts: 1, features: {} };

async function* deliveries(n: number): AsyncGenerator<Delivery> {
  for (let i = 0; i < n; i++) {
    await new Promise((done) => setImmediate(done));
    yield { events: [event], labels: [] };
  }
}

function sink(events: () => Promise<void>): Sink {
  return { name: 'test', events, labels: async () => {}, close: async () => {} };
}

describe('pump', () => {
  it('carries everything, a few deliveries at once', async () => {
    const sent: Sent = { events: 0, labels: 0 };
    let now = 0;
    let most = 0;
    const slow = sink(async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((done) => setTimeout(done, 5));
      now -= 1;
    });
    await pump(deliveries(20), slow, sent, new Gate());
    expect(sent.events).toBe(20);
    expect(most).toBe(3);
  });

  it('stands still at a held gate with nothing on its way, and goes on after', async () => {
    const sent: Sent = { events: 0, labels: 0 };
    const gate = new Gate();
    const done = pump(
      deliveries(50),
      sink(() => new Promise((next) => setTimeout(next, 2))),
      sent,
      gate,
    );
    await gate.hold();
    const held = sent.events;
    await new Promise((next) => setTimeout(next, 30));
    expect(sent.events).toBe(held);
    expect(held).toBeLessThan(50);
    gate.release();
    await done;
    expect(sent.events).toBe(50);
  });

  it('fails with the first failure and sends nothing more', async () => {
    let calls = 0;
    const broken = sink(async () => {
      calls += 1;
      if (calls === 2) throw new Error('disk full');
    });
    await expect(pump(deliveries(100), broken, { events: 0, labels: 0 }, new Gate())).rejects.toThrow(
      'disk full',
    );
    expect(calls).toBeLessThan(10);
  });
});
