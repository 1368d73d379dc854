import type {
  AlertMachine,
  Evidence,
  Observation,
  Phase,
  Reason,
  Step,
  Timing,
  Transition,
} from './types.js';

/**
 * The alert state machine: what one observation does to one alert. Pure: time is `now` (epoch ms), and an observation
 * of an earlier `now` than the last one moves nothing. docs/alerting.md draws the same table.
 */
export function step(state: AlertMachine, observation: Observation, timing: Timing, now: number): Step {
  // Ground that is gone was seen at no moment, and is told once: a clock that went back must not swallow it.
  if (observation.kind === 'withdrawn') return withdrawn(state, observation.reason, Math.max(now, state.at));
  if (now < state.at) return { state, transitions: [] };
  const current = { ...state, at: now };
  switch (observation.kind) {
    case 'breach':
      return breach(current, observation.windowStart, timing, now);
    case 'clear':
      return clear(current, timing, now);
    case 'between':
      return between(current, now);
    case 'insufficient':
    case 'no_data':
    case 'error':
      return withoutEvidence(current, observation.kind, now);
  }
}

function breach(state: AlertMachine, windowStart: number, timing: Timing, now: number): Step {
  if (state.phase === 'inactive' || state.phase === 'resolved') return begin(state, windowStart, timing, now);
  if (state.phase === 'firing') {
    const next: AlertMachine = { ...state, evidence: 'ok', clearSince: null };
    if (state.evidence !== 'ok') return moved(next, 'firing', 'evidence_returned', state);
    if (state.clearSince !== null) return moved(next, 'firing', 'recovery_interrupted', state);
    return { state: next, transitions: [] };
  }
  const runningSince = state.runningSince ?? now;
  if (state.heldMs + now - runningSince >= timing.forMs) {
    return moved(
      { ...state, evidence: 'ok', runningSince, firedAt: now, clearSince: null },
      'firing',
      'held_for',
      state,
    );
  }
  const next: AlertMachine = { ...state, evidence: 'ok', runningSince };
  // Journalled, or a restart would forget that the timer runs again and fire late.
  if (state.runningSince === null) return moved(next, 'pending', 'evidence_returned', state);
  return { state: next, transitions: [] };
}

function begin(state: AlertMachine, windowStart: number, timing: Timing, now: number): Step {
  const fires = timing.forMs === 0;
  const next: AlertMachine = {
    ...state,
    episode: state.episode + 1,
    since: windowStart,
    pendingAt: now,
    heldMs: 0,
    runningSince: now,
    firedAt: fires ? now : null,
    resolvedAt: null,
    clearSince: null,
    evidence: 'ok',
  };
  const reason = state.phase === 'resolved' ? 'breach_again' : 'breach_started';
  return moved(next, fires ? 'firing' : 'pending', reason, state);
}

function clear(state: AlertMachine, timing: Timing, now: number): Step {
  if (state.phase === 'pending') {
    return moved(
      { ...state, evidence: 'ok', runningSince: null, heldMs: 0 },
      'inactive',
      'recovered_before_for',
      state,
    );
  }
  if (state.phase !== 'firing') return { state: { ...state, evidence: 'ok' }, transitions: [] };
  const clearSince = state.clearSince ?? now;
  if (now - clearSince >= timing.keepFiringForMs) {
    return moved({ ...state, evidence: 'ok', clearSince, resolvedAt: now }, 'resolved', 'recovered', state);
  }
  const next: AlertMachine = { ...state, evidence: 'ok', clearSince };
  if (state.clearSince === null) return moved(next, 'firing', 'recovery_started', state);
  return { state: next, transitions: [] };
}

function between(state: AlertMachine, now: number): Step {
  if (state.phase === 'firing') {
    const next: AlertMachine = { ...state, evidence: 'ok', clearSince: null };
    if (state.evidence !== 'ok') return moved(next, 'firing', 'evidence_returned', state);
    if (state.clearSince !== null) return moved(next, 'firing', 'recovery_interrupted', state);
    return { state: next, transitions: [] };
  }
  // A pending alert in the gap is neither a breach nor a recovery: its timer waits.
  if (state.phase === 'pending' && state.runningSince !== null) return pause(state, 'ok', now);
  return { state, transitions: [] };
}

function withoutEvidence(state: AlertMachine, evidence: Evidence, now: number): Step {
  if (state.phase === 'pending') {
    if (state.runningSince !== null) return pause(state, evidence, now);
    return { state: { ...state, evidence }, transitions: [] };
  }
  if (state.phase !== 'firing') return { state, transitions: [] };
  // The way to recovery starts anew once there is evidence again: nothing resolves on what was not seen.
  const next: AlertMachine = { ...state, evidence, clearSince: null };
  if (state.evidence === 'ok') return moved(next, 'firing', 'evidence_lost', state);
  return { state: next, transitions: [] };
}

function pause(state: AlertMachine, evidence: Evidence, now: number): Step {
  const heldMs = state.heldMs + now - (state.runningSince ?? now);
  return moved({ ...state, evidence, heldMs, runningSince: null }, 'pending', 'evidence_paused', state);
}

function withdrawn(before: AlertMachine, reason: Reason, now: number): Step {
  const state = { ...before, at: now };
  if (state.phase === 'pending') {
    return moved({ ...state, runningSince: null, heldMs: 0 }, 'inactive', reason, state);
  }
  if (state.phase === 'firing') return moved({ ...state, resolvedAt: now }, 'resolved', reason, state);
  return { state, transitions: [] };
}

function moved(next: AlertMachine, to: Phase, reason: Reason, before: AlertMachine): Step {
  const transition: Transition = { from: before.phase, to, reason };
  return { state: { ...next, phase: to, reason }, transitions: [transition] };
}
