import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, readConfig } from '../../config/config.js';
import { ConfigError, SECRET_VARIABLES } from '../../config/config-error.js';
import { loadOptional } from '../../config/optional-package.js';
import { clusterFolder } from '../../database/embedded/data-directory.js';
import { embeddedDatabaseUrl } from '../../database/embedded/index.js';
import { createRedaction } from '../../delivery/people/redaction.js';
import { isShort } from '../../intake/kafka/remote-commands.js';
import { checkDatabase } from './database.js';
import { type Finding, findingsOf } from './finding.js';
import { checkKafka } from './kafka.js';
import { checkDataDirectory, checkNode } from './machine.js';
import { checkGcn, checkMail } from './notifications.js';
import { checkService } from './service.js';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Examination {
  /** As for the server. */
  readonly environment: Environment;
  /** This machine's clock, in POSIX milliseconds. */
  now(): number;
}

/** Checks everything that the server needs. It changes and sends nothing, and findings contain no secrets. */
export async function* examine({ environment, now }: Examination): AsyncGenerator<Finding> {
  const config = configuration(environment);
  const redact = createRedaction(secretsOf(environment));
  for await (const finding of allFindings(config, environment, now)) {
    const { area, level, what, advice } = finding;
    yield { area, level, what: redact(what), ...(advice === undefined ? {} : { advice: redact(advice) }) };
  }
}

async function* allFindings(
  config: Config | ConfigError,
  environment: Environment,
  now: () => number,
): AsyncGenerator<Finding> {
  yield checkNode();
  if (config instanceof ConfigError) {
    const { error } = findingsOf('configuration');
    // The first line is a title, and each of the others names a variable.
    const [, ...lines] = config.message.split('\n');
    yield* lines.map((line) => error(line.trim(), 'correct or unset it; README.md describes all variables'));
    // The other checks need a valid configuration.
    return;
  }
  yield* environmentFindings(config);
  yield* await storage(config, now);
  if (config.kafka !== undefined) yield* await checkKafka(config.kafka);
  if (config.email !== undefined) yield await checkMail(config.email);
  if (config.slack !== undefined) {
    const { checkSlack } = await loadOptional('SLACK_TOKEN', () => import('./slack.js'));
    yield* await checkSlack(config.slack);
  }
  if (config.gcn !== undefined) yield* await checkGcn(config.gcn);
  const port = config.port === 0 ? 8080 : config.port;
  yield await checkService(environment['SNEWS_URL']?.replace(/\/+$/, '') || `http://127.0.0.1:${port}`);
}

function configuration(environment: Environment): Config | ConfigError {
  try {
    return readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

const LOOPBACK = /^(localhost|127\.|::1$|\[::1\]$)/;

function environmentFindings(config: Config): Finding[] {
  const { ok, warning } = findingsOf('configuration');
  const parts = [
    ...(config.kafka === undefined ? [] : ['Kafka']),
    ...(config.email === undefined ? [] : ['e-mail']),
    ...(config.slack === undefined ? [] : ['Slack']),
    ...(config.gcn === undefined ? [] : ['GCN']),
  ];
  return [
    ok(`it is valid and enables REST${parts.length === 0 ? ' only' : `, ${parts.join(', ')}`}`),
    ...(LOOPBACK.test(config.host)
      ? []
      : [
          warning(
            `the server listens on ${config.host}, and keys are sent unencrypted`,
            'use a proxy with TLS in front of it',
          ),
        ]),
    ...(isShort(config.kafka?.adminPassword)
      ? [
          warning(
            'ADMIN_PASSWORD has fewer than 16 characters: a writer of the observation topics can try thousands per second',
            'use a random one, for example from "openssl rand -hex 16"',
          ),
        ]
      : []),
  ];
}

async function storage(config: Config, now: () => number): Promise<Finding[]> {
  if (config.databaseUrl !== undefined) return await checkDatabase(config.databaseUrl, config, now);
  const directory = await checkDataDirectory(config.dataDirectory);
  if (directory.level === 'error') return [directory];
  const running = await embeddedDatabaseUrl(config.dataDirectory);
  if (running !== undefined) return [directory, ...(await checkDatabase(running, config, now))];
  const { ok } = findingsOf('database');
  const exists = await stat(join(clusterFolder(config.dataDirectory), 'PG_VERSION')).then(
    () => true,
    () => false,
  );
  const what = exists ? 'the embedded PostgreSQL is not running' : 'the embedded PostgreSQL does not exist yet';
  return [directory, ok(`${what}: the server starts it`)];
}

/** All secrets, also passwords within URLs. */
function secretsOf(environment: Environment): (string | undefined)[] {
  const texts = [...SECRET_VARIABLES].map((name) => environment[name]);
  const passwords = texts.flatMap((text = '') => {
    const [, password = ''] = /^[a-z]+:\/\/[^:@/]*:([^@]*)@/.exec(text) ?? [];
    return [password, decoded(password)];
  });
  return [...texts, ...passwords];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
