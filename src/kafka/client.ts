import { connect, isIP } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { type ISocketFactory, Kafka, type KafkaConfig, type logCreator, logLevel, type SASLOptions } from 'kafkajs';
import { forgetClosedSockets } from './closed-sockets.js';
import { tellHighWatermarks } from './high-watermarks.js';
import { letIdleQueuesRest } from './idle-queues.js';
import { tellOffsetsOutOfRange } from './offset-out-of-range.js';
import { readBatches } from './read-batches.js';
import { rememberCoordinators } from './remember-coordinators.js';
import type { KafkaSettings } from './settings.js';
import { shareWaits } from './share-waits.js';
import { Sparing } from './sparing.js';
import { endStoppedFetchers } from './stopped-fetchers.js';

export { type Admin, type Kafka, Partitioners, type Producer } from 'kafkajs';

rememberCoordinators();
letIdleQueuesRest();
shareWaits();
tellHighWatermarks();
readBatches();
tellOffsetsOutOfRange();
endStoppedFetchers();
forgetClosedSockets();

/** What the client needs of a logger. */
export interface KafkaLog {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Which brokers, and how to log in. */
export interface KafkaAccess {
  /** `host:port` of each. */
  readonly brokers: readonly string[];
  readonly ssl: boolean;
  readonly sasl: KafkaSettings['sasl'] | Extract<SASLOptions, { mechanism: 'oauthbearer' }>;
}

/** Kept short: whoever uses the client tries again for as long as it takes, and says so. */
const RETRY = { initialRetryTime: 50, maxRetryTime: 2_000, retries: 5 };

/** A client of the broker. Its producers, consumers and administrators are made by those who need them. */
export function createKafka({ brokers, ssl, sasl }: KafkaAccess, log: KafkaLog): Kafka {
  const options: KafkaConfig = {
    clientId: 'snews-coincidence',
    brokers: [...brokers],
    ssl,
    connectionTimeout: 5_000,
    authenticationTimeout: 10_000,
    requestTimeout: 15_000,
    retry: RETRY,
    logLevel: logLevel.WARN,
    logCreator: logTo(log),
    socketFactory,
    ...(sasl === undefined ? {} : { sasl: { ...sasl } as SASLOptions }),
  };
  return new Kafka(options);
}

const KEEP_ALIVE_MILLISECONDS = 60_000;

/** As the client's own, but requests are sent at once: it leaves them to wait for the answer to what was sent before. */
const socketFactory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket = ssl
    ? connectTls({ host, port, ...name, ...(ssl as ConnectionOptions) }, onConnect)
    : connect({ host, port }, onConnect);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MILLISECONDS);
  return socket;
};

/**
 * The client's own complaints are expected while a broker is away: none is more than a warning of ours, and what comes
 * over and over is said now and then.
 */
function logTo(log: KafkaLog): logCreator {
  const sparing = new Sparing();
  return () =>
    ({ namespace, log: { message, timestamp: _, logger: __, ...details } }) => {
      const told = sparing.again(`${namespace} ${message}`);
      if (told !== undefined) log.warn({ namespace, ...details, ...told }, `kafka:${message}`);
    };
}
