import { z } from 'zod';
import { ENGINE_NAMES } from '../domain/coincidence/engine.js';
import { seconds } from '../domain/time.js';
import { SASL_MECHANISMS } from '../kafka/settings.js';
import { readSender } from '../mail/address.js';
import { readSmtpUrl } from '../mail/smtp-url.js';
import {
  addresses,
  brokers,
  duration,
  flag,
  matching,
  networks,
  oneOf,
  safeUrl,
  topic,
  variable,
  wholeNumber,
} from './variable-schemas.js';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const SECONDS_PER_DAY = 86_400;
/** More than 48 h: a retraction may arrive 48 h before its observation, and a neutrino time may be 48 h old. */
const LEAST_RETENTION_DAYS = 3;
const MOST_DAYS = 36_500;

const postgresUrl = variable('a URL like postgresql://user:password@host:5432/database', (text) =>
  URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol) ? text : undefined,
);
const retention = duration(
  SECONDS_PER_DAY,
  LEAST_RETENTION_DAYS,
  MOST_DAYS,
  `days, from ${LEAST_RETENTION_DAYS} to ${MOST_DAYS}`,
);

// At least one day: the usual interval of a detector is computed from the heartbeats of a day.
const heartbeatRetention = duration(SECONDS_PER_DAY, 1, MOST_DAYS, `days, from 1 to ${MOST_DAYS}`);

const slackApiUrl = variable('a URL like https://slack.com/api/ (http only on this machine)', (text) => {
  const url = safeUrl(text);
  return url?.search === '' ? url.href.replace(/\/*$/, '/') : undefined;
});

const tokenUrl = variable('a URL like https://auth.gcn.nasa.gov/oauth2/token (http only on this machine)', safeUrl);

const canaryInterval = variable('seconds, from 5 to 86400, or 0 (off)', (text) => {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return value === 0 || (value >= 5 && value <= SECONDS_PER_DAY) ? value : undefined;
});

const otlpEndpoint = variable('a URL like http://localhost:4318', (text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' ? url.href : undefined;
});

/** All variables, with their defaults. */
export const Environment = z.object({
  // Local by default: without a proxy that terminates TLS, keys are sent in clear text.
  HOST: matching(/^\S+$/, 'an address to listen on, like 127.0.0.1 or 0.0.0.0').default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535, 'a port from 0 (any free one) to 65535').default(8080),
  DATABASE_URL: postgresUrl.optional(),
  DATA_DIR: z.string().default('data'),
  ADMIN_API_KEY: matching(/^[!-~]{32,}$/, '32 or more printable ASCII characters without blanks').optional(),
  PRINT_FIRST_KEYS: flag.default(false),
  COINCIDENCE_ENGINE: oneOf(ENGINE_NAMES).default('complete'),
  SHADOW_ENGINE: oneOf(ENGINE_NAMES).optional(),
  COINCIDENCE_THRESHOLD: duration(1, 1e-9, 3_600, 'seconds, more than 0, up to 3600').default(seconds(10)),
  SERVER_TAG: matching(/^[!-~]([ -~]{0,126}[!-~])?$/, '1 to 128 printable ASCII characters').default(
    'snews-coincidence',
  ),
  PUBLIC_READS: flag.default(false),
  PUBLIC_METRICS: flag.default(false),
  CANARY_INTERVAL: canaryInterval.default(0),
  CACHE_EXPIRATION: duration(1, 1, 3.2e9, 'seconds, at least 1').default(seconds(86_400)),
  OBSERVATION_RETENTION: retention.default(seconds(400 * SECONDS_PER_DAY)),
  MESSAGE_RETENTION: retention.default(seconds(400 * SECONDS_PER_DAY)),
  HEARTBEAT_RETENTION: heartbeatRetention.default(seconds(7 * SECONDS_PER_DAY)),
  RATE_LIMIT: wholeNumber(0, 1e9, 'requests per key and second, or 0 (no limit)').default(1000),
  TRUSTED_PROXIES: networks.optional(),
  STREAMS_PER_ADDRESS: wholeNumber(0, 1e9, 'alert streams per address, or 0 (no limit)').default(50),
  STREAMS_PER_KEY: wholeNumber(0, 1e9, 'alert streams per key, or 0 (no limit)').default(200),
  DETECTOR_QUOTA: wholeNumber(0, 2 ** 31 - 1, 'observations per detector and minute, or 0 (no limit)').default(600),
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
  // Less than the least MESSAGE_RETENTION: a command must stay stored while a repetition of it could still be carried out.
  COMMAND_MAX_AGE: duration(1, 60, 86_400, 'seconds, from 60 to 86400').default(seconds(3_600)),
  SMTP_URL: variable(
    'a URL like smtp://user:password@mail.example.org:587 or smtps://…, with both user name and password or neither',
    readSmtpUrl,
  ).optional(),
  MAIL_FROM: variable('an address like alerts@example.org, or SNEWS <alerts@example.org>', readSender).optional(),
  ALERT_MAIL_TO: addresses.optional(),
  ADMIN_MAIL_TO: addresses.optional(),
  QUIET_NETWORK_AFTER: duration(1, 60, 86_400, 'seconds, from 60 to 86400').default(seconds(300)),
  SLACK_TOKEN: matching(/^[!-~]{8,512}$/, 'a bot token like xoxb-…').optional(),
  SLACK_CHANNEL: matching(/^\S{1,80}$/, "a channel's id like C024BE91L, or its name").optional(),
  SLACK_API_URL: slackApiUrl.optional(),
  FIREDRILL_NOTIFY: flag.default(false),
  GCN_CLIENT_ID: z.string().optional(),
  GCN_CLIENT_SECRET: z.string().optional(),
  GCN_BROKERS: brokers.default(['kafka.gcn.nasa.gov:9092']),
  GCN_TOPIC: topic.default('gcn.notices.snews2.coincidence'),
  GCN_TOKEN_URL: tokenUrl.default(new URL('https://auth.gcn.nasa.gov/oauth2/token')),
});

export type Values = z.output<typeof Environment>;
