'use client';

import type { RuleProblem } from '@leeway/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { type FormField, fieldOf, type RuleForm, ruleErrors, toRule } from './form-values';
import { validateRule } from './queries';

const SETTLE_MS = 400;

export type Check = {
  /** What the contract says at once, and what the collector says a moment later, by field. */
  errors: Partial<Record<FormField, string>>;
  state: 'checking' | 'sound' | 'wrong' | 'unknown';
  /** Why the collector could not be asked. */
  unknown: string | null;
};

/** Judges the form as it is typed: the contract's schema on every key, the collector once typing rests. */
export function useCheck(values: RuleForm): Check {
  const own = useMemo(() => ruleErrors(values), [values]);
  const sound = Object.keys(own).length === 0;
  const text = JSON.stringify(toRule(values));
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const asked = useQuery({
    queryKey: ['rule-check', settled] as const,
    queryFn: ({ signal }) => validateRule(JSON.parse(settled), signal),
    enabled: sound && settled === text,
    staleTime: Number.POSITIVE_INFINITY,
    retry: 1,
  });
  if (!sound) return { errors: own, state: 'wrong', unknown: null };
  if (settled !== text || asked.isPending) return { errors: {}, state: 'checking', unknown: null };
  if (asked.isError) return { errors: {}, state: 'unknown', unknown: asked.error.message };
  return asked.data.ok
    ? { errors: {}, state: 'sound', unknown: null }
    : { errors: byField(asked.data.problems), state: 'wrong', unknown: null };
}

function byField(problems: readonly RuleProblem[]): Partial<Record<FormField, string>> {
  const errors: Partial<Record<FormField, string>> = {};
  for (const { field, message } of problems) errors[fieldOf(field)] ??= message;
  return errors;
}
