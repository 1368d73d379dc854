'use client';

import type { ListedRule } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useMemo } from 'react';
import { links, withQuery } from '../../lib/links';
import { buttonClass } from '../ui/button';
import Link from '../ui/link';
import { Page } from '../ui/page';
import { ErrorState, Skeleton } from '../ui/states';
import { fromRule, NEW_RULE } from './form-values';
import { ruleQuery } from './queries';

// The form and its library are most of the page's script: they come after the heading.
const RuleEditor = dynamic(() => import('./rule-editor'), {
  ssr: false,
  loading: () => <Skeleton height={560} label="Loading the editor" />,
});

/** Edits a rule (`name`), or writes a new one, blank or as a copy. */
export function RuleEditorPage(props: { name: string | null; copyOf: string | null }) {
  const source = props.name ?? props.copyOf;
  const rule = useQuery({
    ...ruleQuery(source ?? ''),
    enabled: source !== null,
    // The form holds its own copy; asking again while somebody types would only distract.
    refetchOnWindowFocus: false,
  });
  const values = useMemo(() => {
    if (!rule.data) return NEW_RULE;
    const form = fromRule(rule.data);
    return props.name === null ? { ...form, name: `${form.name}-copy` } : form;
  }, [rule.data, props.name]);
  const existing: ListedRule | null = props.name === null ? null : (rule.data ?? null);

  return (
    <Page
      title={props.name ?? 'New rule'}
      lead={<Origin rule={existing} />}
      actions={
        props.name && rule.data ? (
          <>
            <Link className={buttonClass()} href={withQuery('/rules/new', { copy: props.name })}>
              Copy
            </Link>
            <Link className={buttonClass()} href={withQuery(links.alerts(), { q: props.name })}>
              Its alerts
            </Link>
          </>
        ) : null
      }
    >
      {source !== null && rule.isPending ? (
        <Skeleton height={560} label="Loading the rule" />
      ) : source !== null && !rule.data ? (
        <ErrorState error={rule.error} retry={() => void rule.refetch()} />
      ) : (
        <RuleEditor key={source ?? ''} existing={existing} values={values} />
      )}
    </Page>
  );
}

function Origin({ rule }: { rule: ListedRule | null }) {
  if (rule === null) return <p>Saved rules are in force at once and survive restarts.</p>;
  switch (rule.origin) {
    case 'builtin':
      return (
        <p>Built in. Saving makes a rule of the same name that replaces it; deleting yours brings it back.</p>
      );
    case 'file':
      return (
        <p>
          From the file <code>{rule.file}</code>: edit it there, or save a copy under another name.
        </p>
      );
    case 'api':
      return <p>Made here.</p>;
  }
}
