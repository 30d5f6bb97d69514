import { connect, isIP } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { type ISocketFactory, Kafka, type KafkaConfig, type logCreator, logLevel, type SASLOptions } from 'kafkajs';
import type { Log } from '../domain/log.js';
import { forgetClosedSockets } from './closed-sockets.js';
import { tellHighWatermarks } from './high-watermarks.js';
import { letIdleQueuesRest } from './idle-queues.js';
import { LogThrottle } from './log-throttle.js';
import { tellOffsetsOutOfRange } from './offset-out-of-range.js';
import { readBatches } from './read-batches.js';
import { rememberCoordinators } from './remember-coordinators.js';
import type { KafkaSettings } from './settings.js';
import { shareWaits } from './share-waits.js';
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

/** Which brokers to connect to, and how to log in. */
export interface KafkaAccess {
  /** `host:port` of each. */
  readonly brokers: readonly string[];
  readonly ssl: boolean;
  readonly sasl: KafkaSettings['sasl'] | Extract<SASLOptions, { mechanism: 'oauthbearer' }>;
}

/** Few retries: the users of the client retry without limit, and log that. */
const RETRY = { initialRetryTime: 50, maxRetryTime: 2_000, retries: 5 };

/** A client of the broker, which makes producers, consumers and admin clients. */
export function createKafka({ brokers, ssl, sasl }: KafkaAccess, log: Log): Kafka {
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

/** Like the socket factory of kafkajs, except for TCP_NODELAY: without it requests wait for the acknowledgement of others. */
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
 * Errors of the client are expected while a broker is away: they are logged as warnings, and repeated ones only now and
 * then.
 */
function logTo(log: Log): logCreator {
  const throttle = new LogThrottle();
  return () =>
    ({ namespace, log: { message, timestamp: _, logger: __, ...details } }) => {
      const admitted = throttle.admit(`${namespace} ${message}`);
      if (admitted !== undefined) log.warn({ namespace, ...details, ...admitted }, `kafka:${message}`);
    };
}
