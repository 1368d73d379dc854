import NextLink from 'next/link';
import type { ComponentProps } from 'react';

/**
 * A link to another page of the dashboard. Pages are made for each request from live data, so fetching them ahead
 * would only load the collector for pages that nobody opens.
 */
export default function Link(props: ComponentProps<typeof NextLink>) {
  return <NextLink prefetch={false} {...props} />;
}
