import type { Alert } from '@leeway/contract';
import { number } from '../../lib/format';
import { signalName } from '../../lib/signal-name';
import { Button } from '../ui/button';
import type { Column } from '../ui/data-table';
import { Moment } from '../ui/moment';
import css from './alerts.module.css';
import { SeverityBadge } from './badges';
import { AlertNotes } from './notes';
import { SEVERITY_RANK, shortSummary, valueText } from './prepare';

export type AlertActions = { onAck: (alert: Alert) => void; onSilence: (alert: Alert) => void };

export function alertColumns(actions: AlertActions, view: 'active' | 'history'): Column<Alert>[] {
  return [
    {
      id: 'severity',
      header: 'Severity',
      sort: (alert) => SEVERITY_RANK[alert.severity],
      descFirst: true,
      cell: (alert) => <SeverityBadge severity={alert.severity} state={alert.state} />,
    },
    {
      id: 'alert',
      header: 'Alert',
      sort: (alert) => `${alert.model} ${alert.signal ?? alert.rule_signal}`,
      cell: (alert) => (
        <span className={css.cell}>
          <span className={css.main}>
            <span className={css.name} title={alert.signal ?? alert.rule_signal}>
              {alert.signal === null ? alert.rule_signal : signalName(alert.signal)}
            </span>
            <AlertNotes alert={alert} />
          </span>
          <span className={css.sub} title={`${alert.model} ${alert.version} ${alert.segment}`}>
            {[alert.model, alert.version, alert.segment].filter(Boolean).join(' · ')}
          </span>
        </span>
      ),
    },
    {
      id: 'summary',
      header: 'Why',
      wide: true,
      cell: (alert) => (
        <span className={css.cell}>
          <span className={css.text} title={alert.summary}>
            {shortSummary(alert)}
          </span>
          <span className={css.sub}>{alert.direction?.text ?? alert.rule}</span>
        </span>
      ),
    },
    {
      id: 'value',
      header: 'Value',
      align: 'end',
      wide: true,
      title: 'The newest judged value, and the threshold of the rule',
      sort: (alert) =>
        alert.threshold === 0 || alert.value === null ? alert.value : alert.value / alert.threshold,
      descFirst: true,
      cell: (alert) => (
        <span title={alert.n === null ? undefined : `${number(alert.n)} events`}>
          {valueText(alert.value, alert.unit)}{' '}
          <span className={css.dim}>limit {valueText(alert.threshold, alert.unit)}</span>
        </span>
      ),
    },
    {
      id: 'since',
      header: view === 'active' ? 'Since' : 'Resolved',
      align: 'end',
      sort: (alert) => Date.parse(view === 'active' ? alert.since : (alert.resolved_at ?? alert.updated_at)),
      descFirst: true,
      cell: (alert) => (
        <Moment at={view === 'active' ? alert.since : (alert.resolved_at ?? alert.updated_at)} />
      ),
    },
    ...(view === 'active'
      ? [
          {
            id: 'actions',
            header: 'Actions',
            align: 'end' as const,
            wide: true,
            cell: (alert: Alert) => (
              <span className={css.actions}>
                {alert.acknowledged_by === null ? (
                  <Button look="quiet" onClick={() => actions.onAck(alert)}>
                    Acknowledge
                  </Button>
                ) : null}
                <Button look="quiet" onClick={() => actions.onSilence(alert)}>
                  Silence
                </Button>
              </span>
            ),
          },
        ]
      : []),
  ];
}
