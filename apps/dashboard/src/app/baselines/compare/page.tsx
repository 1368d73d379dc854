import type { SearchParams } from 'nuqs/server';
import { ComparePage } from '../../../components/baselines/compare-page';

export const metadata = { title: 'Compare baselines' };

export default async function CompareBaselines(props: { searchParams: Promise<SearchParams> }) {
  const { a, b } = await props.searchParams;
  return <ComparePage a={typeof a === 'string' ? a : ''} b={typeof b === 'string' ? b : ''} />;
}
