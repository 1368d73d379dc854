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
  /** A further listener, named SECURE, e.g. for `listener.name.secure.…` settings in `extra`. */
  secure?: {
    port: number;
    protocol: 'SSL' | 'SASL_SSL' | 'SASL_PLAINTEXT';
    /** As `kafka-storage format --add-scram` takes them: `SCRAM-SHA-512=[name=…,password=…]`. */
    scramUsers?: readonly string[];
  };
  /** Further lines of server.properties. */
  extra?: Record<string, string | number | boolean>;
}

export function startKafka(options?: BrokerOptions): Promise<Broker>;
export function freePort(): Promise<number>;
