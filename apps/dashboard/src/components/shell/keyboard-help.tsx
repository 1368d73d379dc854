'use client';

import { Dialog } from '../ui/dialog';
import css from './keyboard-help.module.css';

const KEYS: readonly (readonly [string, string])[] = [
  ['?', 'this list'],
  ['Ctrl K', 'go to a page, a model or a signal'],
  ['/', "the page's search field"],
  ['↑ ↓', 'move between the rows of a table'],
  ['Enter', 'open the row or the cell'],
  ['← → ↑ ↓', 'walk the cells of the heat map; a line below reads them out'],
  ['Home End', 'first and last row, or first and last window of the heat map'],
  ['Page ↑ ↓', 'twelve rows at once'],
  ['Shift ← →', 'select a span of a chart; Enter zooms to it, the back button returns'],
  ['Esc', 'close what is open, or clear the selection'],
];

/** Every key that does something. */
export default function KeyboardHelp(props: { onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog open onOpenChange={props.onOpenChange} title="Keyboard">
      <dl className={css.keys}>
        {KEYS.map(([key, what]) => (
          <div key={key} className={css.key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
