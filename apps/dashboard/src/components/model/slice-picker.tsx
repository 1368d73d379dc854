'use client';

import type { ModelDetail } from '@leeway/contract';
import { useSlice } from '../../lib/use-slice';
import { Select } from '../ui/field';
import css from './model.module.css';

/** Version and segment of a model that the page looks at. A value from the URL stays choosable, known or not. */
export function SlicePicker(props: { model: ModelDetail }) {
  const { version, segment, set } = useSlice();
  const versions = [...new Set([...props.model.versions, ...(version ? [version] : [])])];
  const segments = [...new Set([...props.model.segments, ...(segment ? [segment] : [])])];
  return (
    <div className={css.slice}>
      <Select
        aria-label="Version"
        value={version}
        onChange={(event) => void set({ version: event.target.value, at: null })}
      >
        <option value="">All versions</option>
        {versions.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </Select>
      {segments.filter(Boolean).length > 0 ? (
        <Select
          aria-label="Segment"
          value={segment}
          onChange={(event) => void set({ segment: event.target.value, at: null })}
        >
          <option value="">All segments</option>
          {segments.filter(Boolean).map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
      ) : null}
    </div>
  );
}
