'use client';

import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { useParams, useRouter } from 'next/navigation';
import { links, routeName, withQuery } from '../../lib/links';
import { modelsQuery, signalsQuery } from '../../lib/queries';
import { useRange } from '../../lib/use-range';
import { VerdictMark } from '../ui/verdict';
import { PLACES } from './nav';
import css from './palette.module.css';

/** Type to go anywhere: pages, models, and the signals of the model that is open. */
export default function Palette(props: { onOpenChange: (open: boolean) => void }) {
  const router = useRouter();
  const { range } = useRange();
  const params = useParams<{ model?: string }>();
  const model = params.model === undefined ? null : routeName(params.model);
  const models = useQuery(modelsQuery(range));
  const signals = useQuery({ ...signalsQuery(model ?? '', {}), enabled: model !== null });
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
      loop
    >
      <Command.Input className={css.input} placeholder="Page, model or signal" />
      <Command.List className={css.list}>
        <Command.Empty className={css.empty}>Nothing by that name.</Command.Empty>
        <Command.Group heading="Pages" className={css.group}>
          {PLACES.map((place) => (
            <Command.Item key={place.href} className={css.item} onSelect={() => go(place.href)}>
              {place.label}
            </Command.Item>
          ))}
        </Command.Group>
        {model !== null && signals.data ? (
          <Command.Group heading="Signals of this model" className={css.group}>
            <Command.Item
              className={css.item}
              value="compare slices"
              onSelect={() => go(links.compare(model))}
            >
              Compare two slices
            </Command.Item>
            {signals.data.signals.slice(0, 300).map(({ signal, latest }) => (
              <Command.Item
                key={signal}
                value={`signal ${signal}`}
                className={css.item}
                onSelect={() => go(links.signal(model, signal))}
              >
                <VerdictMark verdict={latest?.verdict ?? 'no_data'} />
                {signal}
              </Command.Item>
            ))}
          </Command.Group>
        ) : null}
        <Command.Group heading="Models" className={css.group}>
          {models.data?.models.slice(0, 1_000).map(({ model: name, verdict }) => (
            <Command.Item
              key={name}
              value={`model ${name}`}
              className={css.item}
              onSelect={() => go(links.model(name))}
            >
              <VerdictMark verdict={verdict} />
              {name}
            </Command.Item>
          ))}
        </Command.Group>
      </Command.List>
    </Command.Dialog>
  );
}
