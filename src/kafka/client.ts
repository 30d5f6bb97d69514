import { Kafka, type KafkaConfig, type logCreator, logLevel, type SASLOptions } from 'kafkajs';
import type { KafkaSettings } from './settings.js';

/** What the client needs of a logger. */
export interface KafkaLog {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Kept short: whoever uses the client tries again for as long as it takes, and says so. */
const RETRY = { initialRetryTime: 50, maxRetryTime: 2_000, retries: 5 };

/** A client of the broker. Its producers, consumers and administrators are made by those who need them. */
export function createKafka({ brokers, ssl, sasl }: KafkaSettings, log: KafkaLog): Kafka {
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
    ...(sasl === undefined ? {} : { sasl: { ...sasl } as SASLOptions }),
  };
  return new Kafka(options);
}

/** The client's own complaints are expected while a broker is away: none is more than a warning of ours. */
function logTo(log: KafkaLog): logCreator {
  return () =>
    ({ namespace, log: { message, timestamp: _, logger: __, ...details } }) =>
      log.warn({ namespace, ...details }, `kafka:${message}`);
}
