'use client';

import { Check, Copy } from 'lucide-react';
import { useMemo, useState } from 'react';
import { stringify } from 'yaml';
import { Button } from '../ui/button';
import css from './rules.module.css';

/** The rule as a rule file would have it, for those who keep rules in git. */
export default function YamlPreview(props: { rule: Record<string, unknown> }) {
  const text = useMemo(() => stringify({ rules: [withoutDefaults(props.rule)] }), [props.rule]);
  const [copied, setCopied] = useState(false);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard */}
      <pre className={css.yaml} tabIndex={0}>
        {text}
      </pre>
      <Button
        look="quiet"
        className={css.add}
        onClick={() =>
          navigator.clipboard?.writeText(text).then(
            () => setCopied(true),
            () => setCopied(false),
          )
        }
      >
        {copied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
        {copied ? 'Copied' : 'Copy YAML'}
      </Button>
    </>
  );
}

/** Fields as they are when a rule file leaves them out. */
const DEFAULTS: Record<string, string> = {
  description: '""',
  enabled: 'true',
  selector: JSON.stringify({ model: '*', version: '*', segment: '', feature: '*' }),
  for: '"0"',
  keep_firing_for: '"0"',
  min_rows: '0',
  labels: '{}',
  annotations: '{}',
  inhibited_by: '[]',
  no_data: '"keep_last"',
  no_data_for: '"10m"',
  on_error: '"keep_last"',
};

const ANYWHERE: Record<string, string> = { model: '*', version: '*', segment: '', feature: '*' };

function withoutDefaults(rule: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(rule)
      .filter(([name, value]) => JSON.stringify(value) !== DEFAULTS[name])
      .map(([name, value]) => [name, name === 'selector' ? narrowed(value) : value]),
  );
}

function narrowed(selector: unknown): unknown {
  if (typeof selector !== 'object' || selector === null) return selector;
  return Object.fromEntries(Object.entries(selector).filter(([name, value]) => value !== ANYWHERE[name]));
}
