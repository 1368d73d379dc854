import Link from '../components/ui/link';
import { Page } from '../components/ui/page';
import { EmptyState } from '../components/ui/states';

export const metadata = { title: 'Not found' };

export default function NotFound() {
  return (
    <Page title="Not found">
      <EmptyState title="There is no page at this address.">
        <Link href="/">To the fleet</Link>
      </EmptyState>
    </Page>
  );
}
