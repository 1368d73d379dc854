import { describe, expect, it } from 'vitest';
import { World } from './world.js';

const world = () => {
  const made = new World(() => 0.5, 1);
  made.tick(0, false);
  return made;
};
const say = (made: World, status: 'firing' | 'resolved', key: string, at: number) =>
  made.heard({ key, status, signal: 'signal-1', at });

describe('the judge of the fault test', () => {
  it('is content when everything was said once', () => {
    const made = world();
    say(made, 'firing', 'a', 100);
    made.tick(300, true);
    expect(made.signals()).toEqual({ 'signal-1': 0.01 });
    say(made, 'resolved', 'b', 400);
    expect(made.findings()).toMatchObject({
      missed: 0,
      spurious_resolved: 0,
      duplicates_without_same_key: 0,
    });
  });

  it('notices what was missed', () => {
    expect(world().findings().missed).toBe(1);
    const made = world();
    say(made, 'firing', 'a', 100);
    expect(made.findings().missed).toBe(1);
  });

  it('notices a recovery of what is still bad', () => {
    const made = world();
    say(made, 'firing', 'a', 100);
    say(made, 'resolved', 'b', 101);
    expect(made.findings().spurious_resolved).toBe(1);
  });

  it('tells repeats with the same key from those without', () => {
    const made = world();
    say(made, 'firing', 'a', 100);
    say(made, 'firing', 'a', 101);
    expect(made.findings()).toMatchObject({ duplicates_with_same_key: 1, duplicates_without_same_key: 0 });
    say(made, 'firing', 'c', 102);
    expect(made.findings().duplicates_without_same_key).toBe(1);
  });
});
