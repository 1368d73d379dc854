import type { SearchParams } from 'nuqs/server';
import { RuleEditorPage } from '../../../components/rules/rule-page';

export const metadata = { title: 'New rule' };

/** A blank rule, or a copy of another: `/rules/new?copy=drift-significant`. */
export default async function NewRule(props: { searchParams: Promise<SearchParams> }) {
  const { copy } = await props.searchParams;
  return <RuleEditorPage name={null} copyOf={typeof copy === 'string' ? copy : null} />;
}
