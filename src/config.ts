import { z } from 'zod';
import type { SlackSettings } from './delivery/sinks/slack/settings.js';
import { ENGINE_NAMES, type EngineName } from './domain/coincidence/engine.js';
import { type Duration, seconds } from './domain/time.js';
import { type KafkaSettings, SASL_MECHANISMS } from './kafka/settings.js';
import { isAddress, readSender } from './mail/address.js';
import type { MailSettings } from './mail/settings.js';
import { LOOPBACK, readSmtpUrl } from './mail/smtp-url.js';

/** What the service is told by its environment. */
export interface Config {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Undefined: the embedded PostgreSQL in `dataDirectory`. */
  readonly databaseUrl: string | undefined;
  readonly dataDirectory: string;
  /** Undefined: one is made. */
  readonly adminApiKey: string | undefined;
  readonly engine: EngineName;
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
  /** Undefined: no Slack. */
  readonly slack: SlackSettings | undefined;
  /** People are told of fire drills too. */
  readonly firedrillNotify: boolean;
}

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The environment makes no configuration: the message names every variable at fault, and what it accepts. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const SECONDS_PER_DAY = 86_400;
/** A retraction may come 48 h before its observation, and a neutrino time may be 48 h old. */
const LEAST_RETENTION_DAYS = 3;
const MOST_DAYS = 36_500;

/** A variable's text made into its value, or what it accepts instead. */
function variable<Value>(accepts: string, read: (text: string) => Value | undefined) {
  return z.string().transform((text, context): Value => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: accepts, input: text });
    return z.NEVER;
  });
}

function matching(pattern: RegExp, accepts: string) {
  return variable(accepts, (text) => (pattern.test(text) ? text : undefined));
}

function wholeNumber(least: number, most: number, accepts: string) {
  return variable(accepts, (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  });
}

/** @param unit seconds in the variable's unit */
function duration(unit: number, least: number, most: number, accepts: string) {
  return variable(accepts, (text) => {
    const value = /^\d{1,12}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? seconds(value * unit) : undefined;
  });
}

function oneOf<const Value extends string>(values: readonly Value[]) {
  return variable(`one of ${values.join(', ')}`, (text) => values.find((value) => value === text.toLowerCase()));
}

const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };
const flag = variable('true or false', (text) => BOOLEANS[text.toLowerCase()]);

const postgresUrl = variable('a URL like postgresql://user:password@host:5432/database', (text) =>
  URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol) ? text : undefined,
);
const retention = duration(
  SECONDS_PER_DAY,
  LEAST_RETENTION_DAYS,
  MOST_DAYS,
  `days, from ${LEAST_RETENTION_DAYS} to ${MOST_DAYS}`,
);

// The usual interval is that of the last day.
const heartbeatRetention = duration(SECONDS_PER_DAY, 1, MOST_DAYS, `days, from 1 to ${MOST_DAYS}`);

const HOST_AND_PORT = /^[^\s,:]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/;
const brokers = variable('brokers like kafka.example.org:9092, separated by commas', (text) => {
  const list = text.split(',').map((broker) => broker.trim());
  return list.every((broker) => HOST_AND_PORT.test(broker)) ? list : undefined;
});

const addresses = variable('e-mail addresses, separated by commas', (text) => {
  const list = text.split(',').map((address) => address.trim());
  return list.every(isAddress) ? list : undefined;
});
const slackApiUrl = variable('a URL like https://slack.com/api/ (http only on this machine)', (text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  return isSafe && url.search === '' ? url.href.replace(/\/*$/, '/') : undefined;
});
const otlpEndpoint = variable('a URL like http://localhost:4318', (text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' ? url.href : undefined;
});
const topic = matching(/^[A-Za-z0-9._-]{1,249}$/, 'a topic: letters, digits, dots, underscores, hyphens');

const Environment = z.object({
  // Keys travel in clear text without a proxy in front that speaks TLS.
  HOST: matching(/^\S+$/, 'an address to listen on, like 127.0.0.1 or 0.0.0.0').default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535, 'a port from 0 (any free one) to 65535').default(8080),
  DATABASE_URL: postgresUrl.optional(),
  DATA_DIR: z.string().default('data'),
  ADMIN_API_KEY: matching(/^[!-~]{32,}$/, '32 or more printable ASCII characters without blanks').optional(),
  COINCIDENCE_ENGINE: oneOf(ENGINE_NAMES).default('complete'),
  COINCIDENCE_THRESHOLD: duration(1, 1e-9, 3_600, 'seconds, above 0, to 3600').default(seconds(10)),
  SERVER_TAG: matching(/^[!-~]([ -~]{0,126}[!-~])?$/, '1 to 128 printable ASCII characters').default(
    'snews-coincidence',
  ),
  PUBLIC_READS: flag.default(false),
  PUBLIC_METRICS: flag.default(false),
  CANARY_INTERVAL: variable('seconds, from 5 to 86400; 0: off', (text) => {
    const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    return value === 0 || (value >= 5 && value <= SECONDS_PER_DAY) ? value : undefined;
  }).default(0),
  CACHE_EXPIRATION: duration(1, 1, 3.2e9, 'seconds, from 1').default(seconds(86_400)),
  OBSERVATION_RETENTION: retention.default(seconds(400 * SECONDS_PER_DAY)),
  MESSAGE_RETENTION: retention.default(seconds(400 * SECONDS_PER_DAY)),
  HEARTBEAT_RETENTION: heartbeatRetention.default(seconds(7 * SECONDS_PER_DAY)),
  RATE_LIMIT: wholeNumber(0, 1e9, 'requests per key and second; 0: any number').default(1000),
  DETECTOR_QUOTA: wholeNumber(0, 2 ** 31 - 1, 'observations per detector and minute; 0: any number').default(600),
  ALLOW_UNSAFE_DATABASE: flag.default(false),
  LOG_LEVEL: oneOf(LOG_LEVELS).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint.optional(),
  OTEL_SERVICE_NAME: matching(/^[!-~]([ -~]{0,126}[!-~])?$/, '1 to 128 printable ASCII characters').default(
    'snews-coincidence-server',
  ),
  KAFKA_BROKERS: brokers.optional(),
  ALLOWED_BROKERS: brokers.optional(),
  KAFKA_SSL: flag.default(false),
  KAFKA_SASL_MECHANISM: oneOf(SASL_MECHANISMS).default('scram-sha-512'),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
  KAFKA_GROUP_ID: matching(/^\S{1,200}$/, 'a name without blanks').default('snews-coincidence'),
  KAFKA_START: oneOf(['latest', 'earliest']).default('latest'),
  OBSERVATION_TOPIC: topic.default('snews.experiments-test'),
  FIREDRILL_OBSERVATION_TOPIC: topic.default('snews.experiments-firedrill'),
  ALERT_TOPIC: topic.default('snews.alert-test'),
  FIREDRILL_ALERT_TOPIC: topic.default('snews.alert-firedrill'),
  CONNECTION_TEST_TOPIC: topic.default('snews.connection-testing'),
  CANARY_TOPIC: topic.default('snews.canary'),
  ADMIN_PASSWORD: z.string().optional(),
  SMTP_URL: variable(
    'a URL like smtp://user:password@mail.example.org:587, or smtps://, with user name and password or neither',
    readSmtpUrl,
  ).optional(),
  MAIL_FROM: variable('an address like alerts@example.org, or SNEWS <alerts@example.org>', readSender).optional(),
  ALERT_MAIL_TO: addresses.optional(),
  SLACK_TOKEN: matching(/^[!-~]{8,512}$/, 'a bot token like xoxb-…').optional(),
  SLACK_CHANNEL: matching(/^\S{1,80}$/, "a channel's id like C024BE91L, or its name").optional(),
  SLACK_API_URL: slackApiUrl.optional(),
  FIREDRILL_NOTIFY: flag.default(false),
});

/** What is said of a wrong value mustn't tell a secret. */
const SECRET = new Set([
  'ADMIN_API_KEY',
  'DATABASE_URL',
  'KAFKA_SASL_PASSWORD',
  'ADMIN_PASSWORD',
  'SMTP_URL',
  'SLACK_TOKEN',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
]);

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
  return Object.freeze({
    host: values.HOST,
    port: values.PORT,
    databaseUrl: values.DATABASE_URL,
    dataDirectory: values.DATA_DIR,
    adminApiKey: values.ADMIN_API_KEY,
    engine: values.COINCIDENCE_ENGINE,
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
    detectorQuota: values.DETECTOR_QUOTA,
    allowUnsafeDatabase: values.ALLOW_UNSAFE_DATABASE,
    logLevel: values.LOG_LEVEL,
    tracing: tracingConfig(values),
    kafka: kafkaConfig(values, given),
    mail: mailConfig(values, given),
    alertMailTo: values.ALERT_MAIL_TO ?? [],
    slack: slackConfig(values, given),
    firedrillNotify: values.FIREDRILL_NOTIFY,
  });
}

type Values = z.output<typeof Environment>;

function tracingConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: serviceName }: Values) {
  return endpoint === undefined ? undefined : Object.freeze({ endpoint, serviceName });
}

/** @throws ConfigError if one of the two is missing, or if there are recipients and nothing to mail with */
function mailConfig({ SMTP_URL, MAIL_FROM, ALERT_MAIL_TO }: Values, given: Given): MailSettings | undefined {
  if (SMTP_URL !== undefined && MAIL_FROM !== undefined) return Object.freeze({ ...SMTP_URL, from: MAIL_FROM });
  if (SMTP_URL !== undefined) throw new ConfigError(complaint([['MAIL_FROM', 'who mails, with SMTP_URL']], given));
  if (MAIL_FROM !== undefined || ALERT_MAIL_TO !== undefined) {
    throw new ConfigError(complaint([['SMTP_URL', 'a server to mail with, for MAIL_FROM and ALERT_MAIL_TO']], {}));
  }
  return undefined;
}

/** @throws ConfigError if token or channel is missing */
function slackConfig(values: Values, given: Given): SlackSettings | undefined {
  const { SLACK_TOKEN: token, SLACK_CHANNEL: channel, SLACK_API_URL: apiUrl } = values;
  if (token !== undefined && channel !== undefined) return Object.freeze({ token, channel, apiUrl });
  if (token === undefined && channel === undefined && apiUrl === undefined) return undefined;
  const missing = token === undefined ? 'SLACK_TOKEN' : 'SLACK_CHANNEL';
  throw new ConfigError(complaint([[missing, 'token and channel, or neither']], given));
}

/** @throws ConfigError if what Kafka needs doesn't fit together */
function kafkaConfig(values: Values, given: Given): KafkaSettings | undefined {
  if (values.KAFKA_BROKERS === undefined) return undefined;
  const { KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = values;
  if ((username === undefined) !== (password === undefined)) {
    const missing = username === undefined ? 'KAFKA_SASL_USERNAME' : 'KAFKA_SASL_PASSWORD';
    throw new ConfigError(complaint([[missing, 'user name and password, or neither']], given));
  }
  const topics = {
    observations: values.OBSERVATION_TOPIC,
    firedrillObservations: values.FIREDRILL_OBSERVATION_TOPIC,
    alerts: values.ALERT_TOPIC,
    firedrillAlerts: values.FIREDRILL_ALERT_TOPIC,
    connectionTests: values.CONNECTION_TEST_TOPIC,
  };
  const canaryTopic = values.CANARY_TOPIC;
  const all = { ...topics, canary: canaryTopic };
  if (new Set(Object.values(all)).size < Object.keys(all).length) {
    throw new ConfigError(complaint([['ALERT_TOPIC', 'six different topics']], { ALERT_TOPIC: all }));
  }
  return Object.freeze({
    brokers: values.KAFKA_BROKERS,
    allowedBrokers: [...values.KAFKA_BROKERS, ...(values.ALLOWED_BROKERS ?? [])],
    ssl: values.KAFKA_SSL,
    sasl:
      username === undefined || password === undefined
        ? undefined
        : { mechanism: values.KAFKA_SASL_MECHANISM, username, password },
    groupId: values.KAFKA_GROUP_ID,
    start: values.KAFKA_START,
    topics,
    canaryTopic,
    adminPassword: values.ADMIN_PASSWORD,
  });
}

type Given = Readonly<Record<string, unknown>>;

function complaint(faults: readonly (readonly [name: string, accepts: string])[], given: Given): string {
  const lines = faults.map(([name, accepts]) => {
    const shown =
      SECRET.has(name) && given[name] !== undefined ? 'what it is now (not shown)' : JSON.stringify(given[name] ?? '');
    return `  ${name}: expected ${accepts}; not ${shown}`;
  });
  return `The environment is not a configuration:\n${lines.join('\n')}`;
}
