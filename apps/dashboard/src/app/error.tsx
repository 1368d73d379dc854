'use client';

import { Page } from '../components/ui/page';
import { ErrorState } from '../components/ui/states';

/** The last net: a page that threw keeps the frame around it and can be tried again. */
export default function PageError(props: { error: Error; reset: () => void }) {
  return (
    <Page title="This page failed">
      <ErrorState error={props.error} retry={props.reset} />
    </Page>
  );
}
