import { describe, expect, it } from 'vitest';
import { type GroupView, type NotificationRecord, needsNotification } from './needs-notification.js';

const HOUR = 3_600_000;
const view = (change: Partial<GroupView>): GroupView => ({
  firing: [],
  muted: [],
  resolved: [],
  covered: [],
  worsened: [],
  continued: [],
  acknowledged: false,
  repeatMs: 4 * HOUR,
  sendResolved: true,
  ...change,
});
const said = (firing: string[], resolved: string[] = []): NotificationRecord => ({
  at: 0,
  seq: 1,
  why: 'first',
  firing,
  resolved,
});

describe('whether a group needs a notification', () => {
  it.each<[string, GroupView, NotificationRecord | null, number, string]>([
    ['nothing fires and nothing was said', view({}), null, 0, 'nothing_firing'],
    ['it fires for the first time', view({ firing: ['a'] }), null, 0, 'first'],
    ['it fires again after its end was told', view({ firing: ['a'] }), said([], ['a']), 0, 'first'],
    ['nothing changed', view({ firing: ['a'] }), said(['a']), HOUR, 'unchanged'],
    ['another signal fires', view({ firing: ['a', 'b'] }), said(['a']), 1, 'new_signals'],
    ['the same signal got worse', view({ firing: ['A'], worsened: ['A'] }), said(['a']), 1, 'worse'],
    [
      'the same signal got worse, and another fires',
      view({ firing: ['A', 'b'], worsened: ['A'] }),
      said(['a']),
      1,
      'new_signals',
    ],
    [
      'a worse alert on the same signal recovered, a lesser one stays',
      view({ firing: ['a'], covered: ['a'], resolved: ['A'], continued: ['A'] }),
      said(['A']),
      1,
      'unchanged',
    ],
    ['one of two recovered', view({ firing: ['a'], resolved: ['b'] }), said(['a', 'b']), 1, 'some_resolved'],
    [
      'the recovery of one was told',
      view({ firing: ['a'], resolved: ['b'] }),
      said(['a'], ['b']),
      1,
      'unchanged',
    ],
    [
      'one recovered that nobody heard of',
      view({ firing: ['a'], resolved: ['b'] }),
      said(['a']),
      1,
      'unchanged',
    ],
    ['everything recovered', view({ resolved: ['a'] }), said(['a']), 1, 'all_resolved'],
    [
      'everything recovered, and ends are not wanted',
      view({ resolved: ['a'], sendResolved: false }),
      said(['a']),
      1,
      'resolved_not_wanted',
    ],
    ['it recovered before anybody heard of it', view({ resolved: ['a'] }), null, 1, 'nothing_firing'],
    ['it has been firing for long', view({ firing: ['a'] }), said(['a']), 4 * HOUR, 'repeat'],
    [
      'it has been firing for long and is acknowledged',
      view({ firing: ['a'], acknowledged: true }),
      said(['a']),
      5 * HOUR,
      'acknowledged',
    ],
    [
      'something new fires in an acknowledged group',
      view({ firing: ['a', 'b'] }),
      said(['a']),
      1,
      'new_signals',
    ],
    ['all that fires is muted', view({ muted: ['a'] }), null, 0, 'muted'],
    [
      'what was told is muted now, which is no recovery',
      view({ muted: ['a'] }),
      said(['a']),
      9 * HOUR,
      'muted',
    ],
    [
      'one recovered while the rest is muted',
      view({ muted: ['a'], resolved: ['b'] }),
      said(['a', 'b']),
      1,
      'muted',
    ],
  ])('%s', (_name, group, last, now, reason) => {
    const decision = needsNotification(group, last, now);
    expect(decision.why).toBe(reason);
    expect(decision.notify).toBe(
      ['first', 'new_signals', 'worse', 'some_resolved', 'all_resolved', 'repeat'].includes(reason),
    );
  });
});
