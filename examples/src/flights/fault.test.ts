import { describe, expect, it } from 'vitest';
import { KilometreFault } from './fault.js';

describe('the fault', () => {
  it('turns miles into kilometres from its moment on, not before', () => {
    const fault = new KilometreFault();
    fault.switchOn(1_000);
    expect([fault.distance(100, 999), fault.distance(100, 1_000)]).toEqual([100, 161]);
    expect([fault.isOn(999), fault.isOn(1_000)]).toEqual([false, true]);
  });

  it('starts at once when switched on by hand before its planned moment', () => {
    const fault = new KilometreFault();
    fault.switchOn(60_000);
    fault.switchOn(1_000);
    expect(fault.since).toBe(1_000);
    expect(fault.distance(100, 1_000)).toBe(161);
  });

  it('keeps its moment when switched on again', () => {
    const fault = new KilometreFault();
    fault.switchOn(1_000);
    fault.switchOn(2_000);
    expect(fault.since).toBe(1_000);
  });

  it('is over, and no longer planned, when switched off', () => {
    const fault = new KilometreFault();
    fault.switchOn(1_000);
    fault.switchOff();
    expect([fault.since, fault.isOn(2_000), fault.distance(100, 2_000)]).toEqual([null, false, 100]);
  });
});
