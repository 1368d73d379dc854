import { Page } from '../components/ui/page';

export default function FleetPage() {
  return <Page title="Fleet">{null}</Page>;
}
