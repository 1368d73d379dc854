import type { Metadata } from 'next';
import { createLoader, type SearchParams } from 'nuqs/server';
import { CompareView } from '../../../../components/compare/compare-view';
import { FirstPaint } from '../../../../components/first-paint';
import { compareParsers, sideOf } from '../../../../lib/compare-sides';
import { routeName } from '../../../../lib/links';
import { baselinesQuery, compareQuery, modelQuery } from '../../../../lib/queries';
import { serverFetch } from '../../../../lib/server/fetch';
import { firstPaintClient, sliceOf } from '../../../../lib/server/first-paint';

type Props = { params: Promise<{ model: string }>; searchParams: Promise<SearchParams> };
const load = createLoader(compareParsers);

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: `Compare ${routeName((await props.params).model)}` };
}

/** Two slices of one model side by side. */
export default async function ComparePage(props: Props) {
  const model = routeName((await props.params).model);
  const { range } = await sliceOf(props.searchParams);
  const state = await load(props.searchParams);
  const client = firstPaintClient();
  const asked = [
    client.prefetchQuery(modelQuery(model, range, serverFetch)),
    client.prefetchQuery(baselinesQuery(model, serverFetch)),
    client.prefetchQuery(
      compareQuery(model, sideOf(state, 'a', range), sideOf(state, 'b', range), undefined, serverFetch),
    ),
  ];
  return (
    <FirstPaint client={client} asked={asked}>
      <CompareView model={model} />
    </FirstPaint>
  );
}
