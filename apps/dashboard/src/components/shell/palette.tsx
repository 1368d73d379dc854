'use client';

import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { useParams, useRouter } from 'next/navigation';
import { useDeferredValue, useMemo, useState } from 'react';
import { count } from '../../lib/format';
import { links, routeName, withQuery } from '../../lib/links';
import { modelsQuery, signalsQuery } from '../../lib/queries';
import { signalName } from '../../lib/signal-name';
import { useRange } from '../../lib/use-range';
import { VerdictMark } from '../ui/verdict';
import { PLACES } from './nav';
import css from './palette.module.css';
import { findByName } from './palette-search';

/** Entries of one group on screen: more would be slow to draw at every key, and nobody reads them. */
const MOST = 40;

/** Type to go anywhere: pages, models, and the signals of the model that is open. */
export default function Palette(props: { onOpenChange: (open: boolean) => void }) {
  const router = useRouter();
  const { range } = useRange();
  const params = useParams<{ model?: string }>();
  const model = params.model === undefined ? null : routeName(params.model);
  // Names at hand are good enough to go by: a list of a thousand is not asked for again while somebody types.
  const models = useQuery({ ...modelsQuery(range), staleTime: 60_000 });
  const signals = useQuery({ ...signalsQuery(model ?? '', {}), enabled: model !== null });
  const [typed, setTyped] = useState('');
  // The list may lag behind the keys, the field may not.
  const text = useDeferredValue(typed);
  const places = useMemo(() => findByName(PLACES, (place) => place.label, text, MOST), [text]);
  const foundSignals = useMemo(
    () => findByName(signals.data?.signals ?? [], (one) => signalName(one.signal), text, MOST),
    [signals.data, text],
  );
  const foundModels = useMemo(
    () => findByName(models.data?.models ?? [], (one) => one.model, text, MOST),
    [models.data, text],
  );
  const comparing = model !== null && findByName([COMPARE], (label) => label, text, 1).shown.length > 0;
  // What Enter opens: the entry walked to, or the first one once that is no longer listed.
  const [walked, setWalked] = useState('');
  const values = [
    ...places.shown.map((place) => entryOf('page', place.href)),
    ...(comparing ? [entryOf('page', COMPARE)] : []),
    ...(model === null ? [] : foundSignals.shown.map((one) => entryOf('signal', one.signal))),
    ...foundModels.shown.map((one) => entryOf('model', one.model)),
  ];
  const value = values.includes(walked) ? walked : (values[0] ?? '');
  const go = (path: string) => {
    props.onOpenChange(false);
    router.push(withQuery(path, range));
  };
  return (
    <Command.Dialog
      open
      onOpenChange={props.onOpenChange}
      label="Go to"
      overlayClassName={css.scrim}
      contentClassName={css.dialog}
      shouldFilter={false}
      value={value}
      onValueChange={setWalked}
      loop
    >
      <Command.Input
        className={css.input}
        placeholder="Page, model or signal"
        value={typed}
        onValueChange={setTyped}
      />
      <Command.List className={css.list}>
        <Command.Empty className={css.empty}>Nothing by that name.</Command.Empty>
        {places.shown.length > 0 ? (
          <Command.Group heading="Pages" className={css.group}>
            {places.shown.map((place) => (
              <Command.Item
                key={place.href}
                value={entryOf('page', place.href)}
                className={css.item}
                onSelect={() => go(place.href)}
              >
                {place.label}
              </Command.Item>
            ))}
          </Command.Group>
        ) : null}
        {model !== null && (comparing || foundSignals.shown.length > 0) ? (
          <Command.Group heading="Signals of this model" className={css.group}>
            {comparing ? (
              <Command.Item
                className={css.item}
                value={entryOf('page', COMPARE)}
                onSelect={() => go(links.compare(model))}
              >
                {COMPARE}
              </Command.Item>
            ) : null}
            {foundSignals.shown.map(({ signal, latest }) => (
              <Command.Item
                key={signal}
                value={entryOf('signal', signal)}
                className={css.item}
                onSelect={() => go(links.signal(model, signal))}
              >
                <VerdictMark verdict={latest?.verdict ?? 'no_data'} />
                {signalName(signal)}
              </Command.Item>
            ))}
            <More n={foundSignals.more} />
          </Command.Group>
        ) : null}
        {foundModels.shown.length > 0 ? (
          <Command.Group heading="Models" className={css.group}>
            {foundModels.shown.map(({ model: name, verdict }) => (
              <Command.Item
                key={name}
                value={entryOf('model', name)}
                className={css.item}
                onSelect={() => go(links.model(name))}
              >
                <VerdictMark verdict={verdict} />
                {name}
              </Command.Item>
            ))}
            <More n={foundModels.more} />
          </Command.Group>
        ) : null}
      </Command.List>
    </Command.Dialog>
  );
}

const COMPARE = 'Compare two slices';

/** What tells an entry from all others; without space at its ends, as the list keeps it. */
function entryOf(kind: 'page' | 'signal' | 'model', name: string): string {
  return `${kind} ${name}`.trim();
}

/** What the list leaves out, and the way to it. */
function More({ n }: { n: number }) {
  return n > 0 ? <p className={css.more}>{count(n)} more: type on to find them</p> : null;
}
