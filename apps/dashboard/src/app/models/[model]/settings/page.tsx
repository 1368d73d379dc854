import type { Metadata } from 'next';
import type { SearchParams } from 'nuqs/server';
import { FirstPaint } from '../../../../components/first-paint';
import { SettingsPage } from '../../../../components/settings/settings-page';
import { routeName } from '../../../../lib/links';
import { modelQuery } from '../../../../lib/queries';
import { serverFetch } from '../../../../lib/server/fetch';
import { firstPaintClient, sliceOf } from '../../../../lib/server/first-paint';

type Props = { params: Promise<{ model: string }>; searchParams: Promise<SearchParams> };

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: `Settings of ${routeName((await props.params).model)}` };
}

/** How one model is watched, to be changed. */
export default async function ModelSettingsPage(props: Props) {
  const model = routeName((await props.params).model);
  const { range } = await sliceOf(props.searchParams);
  const client = firstPaintClient();
  return (
    <FirstPaint client={client} asked={[client.prefetchQuery(modelQuery(model, range, serverFetch))]}>
      <SettingsPage model={model} />
    </FirstPaint>
  );
}
