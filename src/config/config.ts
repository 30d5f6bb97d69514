import type { GcnSettings } from '../delivery/people/sinks/gcn/settings.js';
import type { SlackSettings } from '../delivery/people/sinks/slack/settings.js';
import type { EngineName } from '../domain/coincidence/engine.js';
import type { Duration } from '../domain/time.js';
import type { KafkaSettings } from '../kafka/settings.js';
import type { MailSettings } from '../mail/settings.js';
import { ConfigError, complaint } from './config-error.js';
import { Environment, type LogLevel, type Values } from './environment.js';
import { kafkaConfig } from './kafka.js';
import { gcnConfig, mailConfig, slackConfig } from './notifications.js';

export { ConfigError } from './config-error.js';

/** What the service is told by its environment. */
export interface Config {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Undefined: the embedded PostgreSQL in `dataDirectory`. */
  readonly databaseUrl: string | undefined;
  readonly dataDirectory: string;
  /** Undefined: one is made, if somebody is there to read it. */
  readonly adminApiKey: string | undefined;
  /** Print the first keys, also where no terminal is. */
  readonly printFirstKeys: boolean;
  readonly engine: EngineName;
  /** The other engine, which goes along and is compared; undefined: none does. */
  readonly shadowEngine: EngineName | undefined;
  /** How far apart observations may be to coincide. */
  readonly window: Duration;
  /** Names the server in its alerts. */
  readonly serverTag: string;
  /** Reads ask for no key. */
  readonly publicReads: boolean;
  /** `/metrics` asks for no key. */
  readonly publicMetrics: boolean;
  /** How often the canary sings, in seconds; 0: never. */
  readonly canaryInterval: number;
  /** How long an observation stays active. */
  readonly expiration: Duration;
  /** How long observations, messages and heartbeats are kept. */
  readonly observationRetention: Duration;
  readonly messageRetention: Duration;
  readonly heartbeatRetention: Duration;
  /** Requests per key and second; 0: any number. */
  readonly rateLimit: number;
  /** Addresses and networks of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Streams of alerts that an address may hold without a key, and a key; 0: any number. */
  readonly streamsPerAddress: number;
  readonly streamsPerKey: number;
  /** Observations per detector and minute; 0: any number. */
  readonly detectorQuota: number;
  /** Start also on a database that may lose what it acknowledged. */
  readonly allowUnsafeDatabase: boolean;
  readonly logLevel: LogLevel;
  /** Where traces go; undefined: nowhere. */
  readonly tracing: { readonly endpoint: string; readonly serviceName: string } | undefined;
  /** Undefined: no Kafka, REST only. */
  readonly kafka: KafkaSettings | undefined;
  /** Undefined: no mail. */
  readonly mail: MailSettings | undefined;
  /** Addresses that get every alert, whoever else does. */
  readonly alertMailTo: readonly string[];
  /** Who is told when too few detectors are on, beside the contacts. */
  readonly adminMailTo: readonly string[];
  /** How long too few detectors must have been on before that is told. */
  readonly quietNetworkAfter: Duration;
  /** Undefined: no Slack. */
  readonly slack: SlackSettings | undefined;
  /** Undefined: GCN is told nothing. */
  readonly gcn: GcnSettings | undefined;
  /** People are told of fire drills too. */
  readonly firedrillNotify: boolean;
}

/**
 * The configuration that an environment makes. An empty variable counts as absent.
 * @throws ConfigError naming every variable at fault
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, text]) => text !== undefined && text !== ''));
  const read = Environment.safeParse(given);
  if (!read.success) {
    throw new ConfigError(
      complaint(
        read.error.issues.map(({ path, message }) => [String(path[0]), message]),
        given,
      ),
    );
  }
  const values = read.data;
  if (values.OBSERVATION_RETENTION < values.CACHE_EXPIRATION) {
    throw new ConfigError(complaint([['OBSERVATION_RETENTION', 'at least as long as CACHE_EXPIRATION']], given));
  }
  if (values.SHADOW_ENGINE === values.COINCIDENCE_ENGINE) {
    const other = `another engine than COINCIDENCE_ENGINE, ${values.COINCIDENCE_ENGINE}`;
    throw new ConfigError(complaint([['SHADOW_ENGINE', other]], given));
  }
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
    mail: mailConfig(values, given),
    alertMailTo: values.ALERT_MAIL_TO ?? [],
    adminMailTo: values.ADMIN_MAIL_TO ?? values.ALERT_MAIL_TO ?? [],
    quietNetworkAfter: values.QUIET_NETWORK_AFTER,
    slack: slackConfig(values, given),
    gcn: gcnConfig(values, given),
    firedrillNotify: values.FIREDRILL_NOTIFY,
  });
}

function tracingConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: serviceName }: Values) {
  return endpoint === undefined ? undefined : Object.freeze({ endpoint, serviceName });
}
