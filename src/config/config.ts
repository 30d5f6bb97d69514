import type { GcnSettings } from '../delivery/people/sinks/gcn/settings.js';
import type { SlackSettings } from '../delivery/people/sinks/slack/settings.js';
import type { EngineName } from '../domain/coincidence/engine.js';
import type { Duration } from '../domain/time.js';
import type { KafkaSettings } from '../kafka/settings.js';
import type { EmailSettings } from '../mail/settings.js';
import { type Given, invalidVariables } from './config-error.js';
import { Environment, type LogLevel, type Values } from './environment.js';
import { kafkaConfig } from './kafka.js';
import { emailConfig, gcnConfig, slackConfig } from './notifications.js';

export { ConfigError } from './config-error.js';

/** The configuration of the service, read from environment variables. README.md describes the variables. */
export interface Config {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Undefined if the service runs the embedded PostgreSQL in `dataDirectory`. */
  readonly databaseUrl: string | undefined;
  readonly dataDirectory: string;
  /** Undefined: if there is no admin key, one is created, provided that `printFirstKeys` is set. */
  readonly adminApiKey: string | undefined;
  /** Print the first keys even if the standard output is not a terminal. */
  readonly printFirstKeys: boolean;
  readonly engine: EngineName;
  /** The shadow engine, whose alerts are compared with those of `engine`; undefined if there is none. */
  readonly shadowEngine: EngineName | undefined;
  /** The largest time difference at which observations coincide. */
  readonly window: Duration;
  /** Name of the server in its alerts. */
  readonly serverTag: string;
  /** Reads do not require a key. */
  readonly publicReads: boolean;
  /** `/metrics` does not require a key. */
  readonly publicMetrics: boolean;
  /** Time between two test coincidences of the canary, in seconds; 0 if there is no canary. */
  readonly canaryInterval: number;
  /** Time for which an observation stays active. */
  readonly expiration: Duration;
  /** Time for which observations, messages and heartbeats are stored. */
  readonly observationRetention: Duration;
  readonly messageRetention: Duration;
  readonly heartbeatRetention: Duration;
  /** Requests per key and second; 0 for no limit. */
  readonly rateLimit: number;
  /** Addresses and networks of the proxies whose X-Forwarded-For is trusted. */
  readonly trustedProxies: readonly string[];
  /** Open alert streams per address without a key, and per key; 0 for no limit. */
  readonly streamsPerAddress: number;
  readonly streamsPerKey: number;
  /** Observations per detector and minute; 0 for no limit. */
  readonly detectorQuota: number;
  /** Start even on a database that may lose commits which it has acknowledged. */
  readonly allowUnsafeDatabase: boolean;
  readonly logLevel: LogLevel;
  /** Destination of traces; undefined if tracing is off. */
  readonly tracing: { readonly endpoint: string; readonly serviceName: string } | undefined;
  /** Undefined if Kafka is not configured. */
  readonly kafka: KafkaSettings | undefined;
  /** Undefined if e-mail is not configured. */
  readonly email: EmailSettings | undefined;
  /** Recipients of all alerts, in addition to the detectors' contacts. */
  readonly alertEmails: readonly string[];
  /** Recipients of warnings about a quiet network and of news of resets, in addition to the detectors' contacts. */
  readonly adminEmails: readonly string[];
  /** For how long fewer than two detectors must have been ON before a warning is sent. */
  readonly quietNetworkAfter: Duration;
  /** Undefined if Slack is not configured. */
  readonly slack: SlackSettings | undefined;
  /** Undefined if GCN is not configured. */
  readonly gcn: GcnSettings | undefined;
  /** Also send the alerts of fire drills to people. */
  readonly firedrillNotify: boolean;
}

/**
 * Reads the configuration from environment variables. An empty variable counts as absent.
 * @throws ConfigError, which names each invalid variable
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, text]) => text !== undefined && text !== ''));
  const values = readValues(given);
  return Object.freeze({
    host: values.HOST,
    port: values.PORT,
    databaseUrl: values.DATABASE_URL,
    dataDirectory: values.DATA_DIR,
    adminApiKey: values.ADMIN_API_KEY,
    printFirstKeys: values.PRINT_FIRST_KEYS,
    engine: values.COINCIDENCE_ENGINE,
    shadowEngine: values.SHADOW_ENGINE,
    window: values.COINCIDENCE_THRESHOLD,
    serverTag: values.SERVER_TAG,
    publicReads: values.PUBLIC_READS,
    publicMetrics: values.PUBLIC_METRICS,
    canaryInterval: values.CANARY_INTERVAL,
    expiration: values.CACHE_EXPIRATION,
    observationRetention: values.OBSERVATION_RETENTION,
    messageRetention: values.MESSAGE_RETENTION,
    heartbeatRetention: values.HEARTBEAT_RETENTION,
    rateLimit: values.RATE_LIMIT,
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    streamsPerAddress: values.STREAMS_PER_ADDRESS,
    streamsPerKey: values.STREAMS_PER_KEY,
    detectorQuota: values.DETECTOR_QUOTA,
    allowUnsafeDatabase: values.ALLOW_UNSAFE_DATABASE,
    logLevel: values.LOG_LEVEL,
    tracing: tracingConfig(values),
    kafka: kafkaConfig(values, given),
    email: emailConfig(values, given),
    alertEmails: values.ALERT_MAIL_TO ?? [],
    adminEmails: values.ADMIN_MAIL_TO ?? values.ALERT_MAIL_TO ?? [],
    quietNetworkAfter: values.QUIET_NETWORK_AFTER,
    slack: slackConfig(values, given),
    gcn: gcnConfig(values, given),
    firedrillNotify: values.FIREDRILL_NOTIFY,
  });
}

function readValues(given: Given): Values {
  const read = Environment.safeParse(given);
  if (!read.success) {
    throw invalidVariables(
      read.error.issues.map(({ path, message }) => [String(path[0]), message]),
      given,
    );
  }
  const values = read.data;
  if (values.OBSERVATION_RETENTION < values.CACHE_EXPIRATION) {
    throw invalidVariables([['OBSERVATION_RETENTION', 'at least as long as CACHE_EXPIRATION']], given);
  }
  if (values.SHADOW_ENGINE === values.COINCIDENCE_ENGINE) {
    const other = `another engine than COINCIDENCE_ENGINE, ${values.COINCIDENCE_ENGINE}`;
    throw invalidVariables([['SHADOW_ENGINE', other]], given);
  }
  return values;
}

function tracingConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: serviceName }: Values) {
  return endpoint === undefined ? undefined : Object.freeze({ endpoint, serviceName });
}
