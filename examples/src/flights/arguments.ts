import { parseArgs } from 'node:util';

export interface DemoArguments {
  /** The collector, e.g. `http://127.0.0.1:8787`. */
  collector: string;
  dashboard: string;
  /** Empty = HTTP. */
  brokers: string[];
  topic: string;
  controlPort: number;
  startedAt: number;
  check: boolean;
  /** Stay up after the check until told to end. */
  linger: boolean;
  fault: boolean;
}

/** Reads the command line of the flights emitter. Throws on an option that it does not know. */
export function readArguments(args: string[], now: number): DemoArguments {
  const { values } = parseArgs({
    args,
    options: {
      collector: { type: 'string', default: 'http://127.0.0.1:8787' },
      dashboard: { type: 'string', default: 'http://127.0.0.1:3000' },
      brokers: { type: 'string', default: '' },
      topic: { type: 'string', default: 'leeway.events' },
      'control-port': { type: 'string', default: '0' },
      'started-at': { type: 'string', default: String(now) },
      check: { type: 'boolean', default: false },
      linger: { type: 'boolean', default: false },
      'no-fault': { type: 'boolean', default: false },
    },
  });
  return {
    collector: values.collector.replace(/\/+$/, ''),
    dashboard: values.dashboard.replace(/\/+$/, ''),
    brokers: values.brokers.split(',').filter((broker) => broker !== ''),
    topic: values.topic,
    controlPort: Number(values['control-port']),
    startedAt: Number(values['started-at']),
    check: values.check,
    linger: values.linger,
    fault: !values['no-fault'],
  };
}
