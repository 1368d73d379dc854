import type { BaselineSummary } from '@leeway/contract';
import { percent } from '../../lib/format';
import css from './baselines.module.css';

/** How far the retained events have been counted against a baseline; nothing once that is done. */
export function RebinProgress({ rebin }: { rebin: BaselineSummary['rebin'] }) {
  if (rebin === null || rebin.state === 'done' || rebin.state === 'idle') return null;
  if (rebin.state === 'failed')
    return (
      <p role="alert" className={css.bad}>
        Counting retained events against it failed: {rebin.error ?? 'the collector’s log has the details'}
      </p>
    );
  return <Progress share={rebin.progress} text="Counting retained events against it" />;
}

/** A bar with its share in words. */
export function Progress(props: { share: number; text: string }) {
  const share = Math.min(1, Math.max(0, Number.isFinite(props.share) ? props.share : 0));
  return (
    <div className={css.progress}>
      <span role="status">
        {props.text}: {percent(share)}
      </span>
      <div
        className={css.track}
        role="progressbar"
        aria-label={props.text}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
      >
        <div className={css.fill} style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}
