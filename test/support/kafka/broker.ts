/** An Apache Kafka for one test file, or for a person to play with. */
export interface KafkaBroker {
  /** Listens without log-in. */
  readonly brokers: string;
  /** Listens for SASL_PLAINTEXT with SCRAM-SHA-512. */
  readonly saslBrokers: string;
  /** Listens for SASL_PLAINTEXT with OAUTHBEARER: takes unsigned tokens. */
  readonly oauthBrokers: string;
  readonly username: string;
  readonly password: string;
  /** Its process on this machine; undefined while it doesn't run, or in a container. */
  readonly pid: number | undefined;
  /** What it logged. */
  log(): Promise<string>;
  /** Sends a signal; waits for its end if the signal is SIGKILL, SIGTERM or SIGINT. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again, on the same ports and data; gracefully stops it first if it runs. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

export interface KafkaOptions {
  /** Of the plaintext listener; the SASL listener takes the next one. By default any that are free. */
  readonly port?: number;
  /** A client that writes to a topic that isn't there makes it. By default not: hop's brokers don't either. */
  readonly autoCreateTopics?: boolean;
  /** It is to be quick for long, as for a measurement, rather than to start soon. By default not: most live for one test. */
  readonly isLasting?: boolean;
  /** Made at start, with one partition each. */
  readonly topics?: readonly string[];
}

/** The signals after which a broker ends. */
export const ENDING: readonly NodeJS.Signals[] = ['SIGKILL', 'SIGTERM', 'SIGINT'];
