'use client';

import type { ListedRule } from '@leeway/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { Switch } from 'radix-ui';
import { useDeferredValue, useMemo } from 'react';
import { count } from '../../lib/format';
import { links } from '../../lib/links';
import { useAuthor } from '../../lib/use-author';
import { SeverityBadge } from '../alerts/badges';
import { SEVERITY_RANK } from '../alerts/prepare';
import { buttonClass } from '../ui/button';
import { type Column, DataTable } from '../ui/data-table';
import { Input } from '../ui/field';
import Link from '../ui/link';
import { Page } from '../ui/page';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { Segmented } from '../ui/toggle';
import { enableRule, rulesQuery } from './queries';
import css from './rules.module.css';
import { conditionText, ORIGIN_WORDS, SIGNAL_WORDS, selectorText } from './words';

const ORIGINS = ['all', 'builtin', 'file', 'api'] as const;
const parsers = {
  origin: parseAsStringLiteral(ORIGINS).withDefault('all'),
  q: parseAsString.withDefault(''),
};

/** Every rule with where it comes from, what it watches and whether it is on. */
export function RuleList() {
  const router = useRouter();
  const client = useQueryClient();
  const [author] = useAuthor();
  const [{ origin, q }, setState] = useQueryStates(parsers, { history: 'replace' });
  const rules = useQuery({ ...rulesQuery(), refetchInterval: 30_000 });
  const text = useDeferredValue(q.trim().toLowerCase());
  const enable = useMutation({
    mutationFn: ({ name, enabled }: { name: string; enabled: boolean }) => enableRule(name, enabled, author),
    onSettled: () => client.invalidateQueries({ queryKey: ['rules'] }),
  });
  const all = rules.data?.rules ?? [];
  const rows = useMemo(
    () =>
      (rules.data?.rules ?? []).filter(
        (rule) =>
          (origin === 'all' || rule.origin === origin) &&
          [rule.name, rule.description, rule.signal, selectorText(rule)].some((part) =>
            part.toLowerCase().includes(text),
          ),
      ),
    [rules.data, origin, text],
  );
  const { mutate, variables, isPending } = enable;
  const columns = useMemo(
    () => ruleColumns(mutate, isPending ? (variables?.name ?? null) : null, variables?.enabled ?? false),
    [mutate, isPending, variables],
  );
  return (
    <Page
      title="Rules"
      lead={
        rules.data ? (
          <p>
            {count(all.filter(({ enabled }) => enabled).length)} on ·{' '}
            {count(all.filter(({ enabled }) => !enabled).length)} off
          </p>
        ) : null
      }
      actions={
        <Link className={buttonClass('primary')} href="/rules/new">
          New rule
        </Link>
      }
    >
      <search className={css.filters}>
        <Segmented
          label="Rules by origin"
          value={origin}
          options={ORIGINS.map((one) => ({
            value: one,
            label: `${one === 'all' ? 'all' : ORIGIN_WORDS[one]} ${count(one === 'all' ? all.length : all.filter((rule) => rule.origin === one).length)}`,
          }))}
          onChange={(next) => void setState({ origin: next })}
        />
        <Input
          data-search
          type="search"
          aria-label="Search rules"
          placeholder="Search rules  ( / )"
          className={css.search}
          value={q}
          onChange={(event) => void setState({ q: event.target.value })}
        />
        {enable.isError ? (
          <p role="alert" className={css.bad}>
            {enable.variables.name} was not switched: {enable.error.message}
          </p>
        ) : null}
      </search>
      {rules.isPending ? (
        <Skeleton height={320} label="Loading the rules" />
      ) : !rules.data ? (
        <ErrorState error={rules.error} retry={() => void rules.refetch()} />
      ) : (
        <>
          {rules.data.problems.length > 0 ? (
            <div role="alert" className={css.problems}>
              <b>Rule files with errors; the last good set stays in force.</b>
              <ul>
                {rules.data.problems.slice(0, 20).map((problem) => (
                  <li key={`${problem.file} ${problem.line} ${problem.field} ${problem.message}`}>
                    <code>
                      {problem.file}
                      {problem.line === null ? '' : `:${problem.line}:${problem.column ?? 1}`} {problem.field}
                    </code>{' '}
                    {problem.message}
                  </li>
                ))}
              </ul>
            </div>
          ) : null}
          {rows.length === 0 ? (
            <EmptyState title={all.length === 0 ? 'There is no rule.' : 'No rule matches.'}>
              {origin === 'file'
                ? 'Point LEEWAY_RULES_DIR at a directory of YAML files; they are read again on each change.'
                : 'Without rules nothing alerts; charts and verdicts work as before.'}
            </EmptyState>
          ) : (
            <DataTable
              label="Rules"
              columns={columns}
              rows={rows}
              rowKey={(rule) => rule.name}
              rowHeight={48}
              maxHeight={rows.length > 30 ? 'calc(100dvh - 190px)' : undefined}
              onOpen={(rule) => router.push(links.rule(rule.name))}
            />
          )}
        </>
      )}
    </Page>
  );
}

function ruleColumns(
  onEnable: (change: { name: string; enabled: boolean }) => void,
  pending: string | null,
  pendingValue: boolean,
): Column<ListedRule>[] {
  return [
    {
      id: 'enabled',
      header: 'On',
      sort: ({ enabled }) => Number(enabled),
      cell: ({ name, enabled }) => (
        <Switch.Root
          className={css.switch}
          checked={pending === name ? pendingValue : enabled}
          disabled={pending === name}
          aria-label={`Rule ${name}`}
          onCheckedChange={(next) => onEnable({ name, enabled: next })}
        >
          <Switch.Thumb className={css.thumb} />
        </Switch.Root>
      ),
    },
    {
      id: 'name',
      header: 'Rule',
      sort: ({ name }) => name,
      cell: (rule) => (
        <span className={css.cell}>
          <Link className={css.name} href={links.rule(rule.name)}>
            {rule.name}
          </Link>
          <span className={css.sub} title={rule.description}>
            {rule.description || selectorText(rule) || 'every model'}
          </span>
        </span>
      ),
    },
    {
      id: 'condition',
      header: 'Alerts when',
      sort: ({ signal }) => signal,
      cell: (rule) => (
        <span className={css.cell}>
          <span>{conditionText(rule)}</span>
          <span className={css.sub}>{SIGNAL_WORDS[rule.signal].text}</span>
        </span>
      ),
    },
    {
      id: 'selector',
      header: 'Where',
      wide: true,
      cell: (rule) => selectorText(rule) || <span className={css.dim}>everywhere</span>,
    },
    {
      id: 'severity',
      header: 'Severity',
      wide: true,
      sort: ({ severity }) => SEVERITY_RANK[severity],
      descFirst: true,
      cell: ({ severity, enabled }) => (
        <SeverityBadge severity={severity} {...(enabled ? {} : { state: 'inactive' as const })} />
      ),
    },
    {
      id: 'origin',
      header: 'Origin',
      wide: true,
      sort: ({ origin }) => origin,
      cell: ({ origin, file }) => <span title={file ?? undefined}>{file ?? ORIGIN_WORDS[origin]}</span>,
    },
    {
      id: 'firing',
      header: 'Firing',
      align: 'end',
      wide: true,
      sort: ({ firing, pending: waiting }) => firing * 1_000 + waiting,
      descFirst: true,
      cell: ({ firing, pending: waiting }) => (
        <>
          {count(firing)}
          {waiting > 0 ? <span className={css.dim}> +{count(waiting)} pending</span> : null}
        </>
      ),
    },
  ];
}
