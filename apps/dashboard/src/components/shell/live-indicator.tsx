'use client';

import { type LiveState, useLive } from '../live';
import { Button } from '../ui/button';
import css from './live-indicator.module.css';

const WORDS: Record<LiveState, { word: string; tip: string }> = {
  live: { word: 'live', tip: 'Updates arrive as they happen. Press to pause.' },
  waiting: {
    word: 'waiting',
    tip: 'No live connection: this page asks again from time to time. Press to pause.',
  },
  paused: { word: 'paused', tip: 'Nothing updates by itself. Press to go on.' },
};

/** Whether the page follows what happens, and the switch for it. Grey: it is no verdict. */
export function LiveIndicator() {
  const { state, paused, setPaused } = useLive();
  const { word, tip } = WORDS[state];
  return (
    <Button
      look="quiet"
      aria-pressed={!paused}
      aria-label={`Live updates: ${word}`}
      title={tip}
      onClick={() => setPaused(!paused)}
    >
      <span className={css.dot} data-state={state} aria-hidden="true" />
      <span className={css.word}>{word}</span>
    </Button>
  );
}
