import type { DataQualityFinding } from '@leeway/contract';
import Link from 'next/link';
import { links } from '../../lib/links';
import { Moment } from '../ui/moment';
import css from './status.module.css';

const PROBLEMS: Record<DataQualityFinding['problem'], string> = {
  kind_changed: 'a feature changed its kind',
  too_many_features: 'too many features',
};

/** What was noticed about features of events that were stored, newest first. */
export function Findings(props: { findings: readonly DataQualityFinding[] }) {
  return (
    <ul className={css.findings}>
      {props.findings.map(({ model, problem, features, detail, first_at, last_at }) => (
        <li key={`${model} ${problem} ${features.join(' ')}`}>
          <p>
            <Link href={links.model(model)}>{model}</Link>: {PROBLEMS[problem]}
          </p>
          <p>{detail}</p>
          {problem === 'too_many_features' ? (
            <p className={css.small}>left out, among others: {features.slice(0, 5).join(', ')}</p>
          ) : null}
          <p className={css.small}>
            since <Moment at={first_at} />, last seen <Moment at={last_at} />
          </p>
        </li>
      ))}
    </ul>
  );
}
