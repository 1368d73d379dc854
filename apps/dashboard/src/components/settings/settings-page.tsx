'use client';

import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { links, withQuery } from '../../lib/links';
import { modelQuery } from '../../lib/queries';
import { useRange } from '../../lib/use-range';
import Link from '../ui/link';
import { Page } from '../ui/page';
import { ErrorState, Skeleton } from '../ui/states';

// The form's library is loaded by those who change something.
const SettingsEditor = dynamic(() => import('./settings-editor'), {
  ssr: false,
  loading: () => <Skeleton height={480} label="Loading the form" />,
});

/** How one model is watched: its windows, bands and budget, what it is sized for, and its segments. */
export function SettingsPage(props: { model: string }) {
  const { range } = useRange();
  const detail = useQuery(modelQuery(props.model, range));
  return (
    <Page
      title={
        <>
          Settings of <Link href={withQuery(links.model(props.model), range)}>{props.model}</Link>
        </>
      }
      lead={<p>How this model is watched. A change counts from the next window on; what is judged stays.</p>}
    >
      {detail.data ? (
        <SettingsEditor model={props.model} settings={detail.data.settings} />
      ) : detail.isError ? (
        <ErrorState error={detail.error} retry={() => void detail.refetch()} />
      ) : (
        <Skeleton height={480} label="Loading the settings" />
      )}
    </Page>
  );
}
