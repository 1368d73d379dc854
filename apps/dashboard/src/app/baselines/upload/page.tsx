import type { SearchParams } from 'nuqs/server';
import { UploadPage } from '../../../components/baselines/upload-page';

export const metadata = { title: 'Upload a baseline' };

export default async function Upload(props: { searchParams: Promise<SearchParams> }) {
  const { model } = await props.searchParams;
  return <UploadPage model={typeof model === 'string' ? model.slice(0, 200) : ''} />;
}
