import type { BinMove, Direction } from '@leeway/contract';
import { percent } from '../../lib/format';
import css from './moved-bins.module.css';

/** Where the events went: bins that gained and lost most, baseline share above, this window's share below. */
export function MovedBins(props: { direction: Pick<Direction, 'gained' | 'lost'>; most?: number }) {
  const most = props.most ?? 3;
  const gained = props.direction.gained.slice(0, most);
  const lost = props.direction.lost.slice(0, most);
  if (gained.length + lost.length === 0) return null;
  const top = Math.max(
    ...[...gained, ...lost].map((move) => Math.max(move.baseline_share, move.current_share)),
    1e-9,
  );
  return (
    <ul className={css.list} aria-label="Bins that moved most">
      {gained.map((move) => (
        <Bin key={`+${move.bin}`} move={move} top={top} word="more" />
      ))}
      {lost.map((move) => (
        <Bin key={`-${move.bin}`} move={move} top={top} word="less" />
      ))}
    </ul>
  );
}

function Bin(props: { move: BinMove; top: number; word: 'more' | 'less' }) {
  const { bin, baseline_share, current_share } = props.move;
  const width = (share: number) => Math.max(share > 0 ? 1 : 0, (share / props.top) * 72);
  return (
    <li className={css.bin}>
      <span className={css.name} title={bin}>
        <span aria-hidden="true">{props.word === 'more' ? '↑' : '↓'}</span> {props.word} {bin}
      </span>
      <svg width="74" height="12" aria-hidden="true" className={css.bars}>
        <rect
          x="0"
          y="1"
          height="4"
          width={width(baseline_share)}
          fill="var(--ink-baseline)"
          opacity="0.55"
        />
        <rect x="0" y="7" height="4" width={width(current_share)} fill="var(--ink-line)" />
      </svg>
      <span className={css.shares}>
        {percent(baseline_share)} → {percent(current_share)}
      </span>
    </li>
  );
}
