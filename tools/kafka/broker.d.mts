/** A running broker. `stop` ends it in order, `kill` at once (SIGKILL). */
export interface Broker {
  port: number;
  brokers: string[];
  dataDir: string;
  pid: number;
  ended: Promise<unknown>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export interface BrokerOptions {
  port?: number;
  dataDir?: string;
  /** Partitions of topics that are created on first use. */
  partitions?: number;
  heapMiB?: number;
  /** An unpacked Apache Kafka to use instead of Maven's jars. */
  home?: string;
  /** Further lines of server.properties. */
  extra?: Record<string, string | number | boolean>;
}

export function startKafka(options?: BrokerOptions): Promise<Broker>;
export function freePort(): Promise<number>;
