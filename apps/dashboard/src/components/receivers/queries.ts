import { type Delivery, DeliveryList, ReceiverList, ReceiverTest } from '@leeway/contract';
import { queryOptions } from '@tanstack/react-query';
import { apiPath, browserFetch, type Fetcher, request, segment } from '../../lib/api';

export function receiversQuery(fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['receivers', null] as const,
    queryFn: ({ signal }) => request(fetcher, apiPath('/receivers'), ReceiverList, { signal }),
  });
}

export type DeliveryFilter = { receiver?: string; state?: Delivery['state'] };

export function deliveriesQuery(filter: DeliveryFilter, fetcher: Fetcher = browserFetch) {
  return queryOptions({
    queryKey: ['deliveries', null, filter] as const,
    queryFn: ({ signal }) => request(fetcher, apiPath('/deliveries', filter), DeliveryList, { signal }),
  });
}

/** Sends a test message; the answer says what the receiver said. */
export function testReceiver(name: string): Promise<ReceiverTest> {
  return request(browserFetch, apiPath(`/receivers/${segment(name)}/test`), ReceiverTest, { method: 'POST' });
}
