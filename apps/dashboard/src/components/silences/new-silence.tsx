'use client';

import type { Matcher } from '@leeway/contract';
import { useRouter } from 'next/navigation';
import { useMemo } from 'react';
import { Page } from '../ui/page';
import { parseMatchers, showMatchers } from './matchers';
import { SilenceEditor } from './silence-form';
import css from './silences.module.css';

/** The page that a message's "silence" link opens: matchers come from the URL, the rest is asked. */
export function NewSilencePage(props: { matchers: string; labels: readonly Matcher[]; comment: string }) {
  const router = useRouter();
  const { matchers, problem } = useMemo(() => {
    const parsed = parseMatchers(props.matchers);
    return { ...parsed, matchers: [...parsed.matchers, ...props.labels] };
  }, [props.matchers, props.labels]);
  return (
    <Page
      title="New silence"
      lead={<p>Messages are held back while a silence is active; alerts go on and stay listed.</p>}
    >
      <div className={css.page}>
        {problem ? (
          <p role="alert" className={css.error}>
            A part of the link can’t be read and was left out: {problem}
          </p>
        ) : null}
        <SilenceEditor
          matchers={matchers}
          comment={props.comment}
          draftKey={`new:${showMatchers(matchers)}`}
          onDone={() => router.push('/silences')}
          onCancel={() => router.back()}
        />
      </div>
    </Page>
  );
}
