'use client';

import { useState } from 'react';
import { count, psi } from '../../lib/format';
import { signalName } from '../../lib/signal-name';
import { VERDICT_LOOKS } from '../../lib/verdicts';
import { Button } from '../ui/button';
import { VerdictMark } from '../ui/verdict';
import css from './model.module.css';
import { type Mover, moved, rankMovers } from './prepare-movers';

const AT_FIRST = 8;

/** What moved in the window, worst first, with direction and sample size; a press chooses the signal. */
export function Movers(props: {
  movers: readonly Mover[];
  selected: string | null;
  onSelect: (signal: string) => void;
}) {
  const [all, setAll] = useState(false);
  const ranked = rankMovers(props.movers);
  const bad = ranked.filter(moved);
  const shown = all ? ranked.slice(0, 200) : (bad.length > 0 ? bad : ranked).slice(0, AT_FIRST);
  return (
    <div>
      <ol className={css.movers}>
        {shown.map((mover) => (
          <li key={mover.signal}>
            <button
              type="button"
              className={css.mover}
              aria-pressed={mover.signal === props.selected}
              onClick={() => props.onSelect(mover.signal)}
            >
              <VerdictMark verdict={mover.verdict} />
              <span className={css.moverName} title={signalName(mover.signal)}>
                {signalName(mover.signal)}
              </span>
              <span>{psi(mover.psi_debiased)}</span>
              <span className={css.moverWhy} title={mover.reason}>
                {why(mover)}
              </span>
            </button>
          </li>
        ))}
      </ol>
      {bad.length === 0 ? (
        <p className={css.quiet}>Nothing moved: no signal is beyond its band with evidence.</p>
      ) : null}
      {ranked.length > shown.length || all ? (
        <Button look="quiet" onClick={() => setAll(!all)}>
          {all ? 'Only what moved' : `All ${count(ranked.length)} signals`}
        </Button>
      ) : null}
    </div>
  );
}

function why(mover: Mover): string {
  const word = VERDICT_LOOKS[mover.verdict].word;
  if (mover.direction && mover.direction.way !== 'none')
    return `${mover.direction.text} · ${count(mover.n_current)} events`;
  return `${word} · ${mover.reason}`;
}
