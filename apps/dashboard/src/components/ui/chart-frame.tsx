'use client';

import { Download, Table2 } from 'lucide-react';
import dynamic from 'next/dynamic';
import { type ReactNode, useId, useRef, useState } from 'react';
import { type ChartTable, toCsv } from '../../charts/prepare/table';
import { exportPng } from '../../lib/export-png';
import { saveFile } from '../../lib/save-file';
import { Button } from './button';
import css from './chart-frame.module.css';
import { Popover } from './popover';

// Tables bring a library of their own, which a page of charts needs only once somebody asks.
const ChartTableView = dynamic(() => import('./chart-table-view'), { ssr: false });

/**
 * What every chart has around it: its name, a remark, a view of the same data as a table, and CSV and PNG to
 * keep. `table` is called only when somebody asks for it. `summary` is what a screen reader gets of the picture.
 */
export function ChartFrame(props: {
  title: string;
  note?: ReactNode;
  legend?: ReactNode;
  summary: string;
  table: () => ChartTable;
  /** More buttons beside table and export. */
  tools?: ReactNode;
  /** A chart that is a part of the page by itself heads it; inside a part it comes one level below. */
  level?: 2 | 3;
  /** Pixels; kept while data loads and when the table is shown, so that the page does not jump. */
  height: number;
  children: ReactNode;
}) {
  const [asTable, setAsTable] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const body = useRef<HTMLDivElement>(null);
  const id = useId();
  const Heading = props.level === 2 ? 'h2' : 'h3';
  const file = props.title.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 80) || 'chart';
  return (
    <figure className={css.frame} aria-labelledby={id}>
      <figcaption className={css.head}>
        <Heading id={id} className={css.title}>
          {props.title}
        </Heading>
        {props.note ? <span className={css.note}>{props.note}</span> : null}
        <span className={css.tools}>
          {props.tools}
          <Button
            look="quiet"
            icon
            aria-pressed={asTable}
            aria-label={asTable ? 'Show as chart' : 'Show as table'}
            title={asTable ? 'Show as chart' : 'Show as table'}
            onClick={() => setAsTable(!asTable)}
          >
            <Table2 size={14} aria-hidden="true" />
          </Button>
          <Popover
            label="Export"
            align="end"
            trigger={
              <Button look="quiet" icon aria-label="Export" title="Export">
                <Download size={14} aria-hidden="true" />
              </Button>
            }
          >
            <div className={css.menu}>
              <Button
                look="quiet"
                onClick={() => saveFile(`${file}.csv`, 'text/csv;charset=utf-8', toCsv(props.table()))}
              >
                CSV, the numbers
              </Button>
              <Button
                look="quiet"
                disabled={asTable}
                onClick={() => {
                  setFailed(null);
                  if (body.current)
                    exportPng(body.current, `${file}.png`).catch((error: unknown) =>
                      setFailed(error instanceof Error ? error.message : String(error)),
                    );
                }}
              >
                PNG, the picture
              </Button>
              {failed ? <p role="alert">The picture could not be made: {failed}</p> : null}
            </div>
          </Popover>
        </span>
      </figcaption>
      {props.legend && !asTable ? <div className={css.legend}>{props.legend}</div> : null}
      {asTable ? (
        <ChartTableView table={props.table()} height={props.height} label={props.title} />
      ) : (
        <div ref={body} className={css.body} style={{ minHeight: props.height }}>
          <p className={css.hidden}>{props.summary}</p>
          {props.children}
        </div>
      )}
    </figure>
  );
}
