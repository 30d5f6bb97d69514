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

/** Everything that a set-up needs, part by part; nothing is changed or sent, and no secret is in what is found. */
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
    const { fault } = findingsOf('configuration');
    // Its first line says what it is, each of the others names a variable.
    const [, ...faults] = config.message.split('\n');
    yield* faults.map((line) => fault(line.trim(), 'set it so, or not at all; README.md says what each is'));
    // What stands on values that can't be read can't be looked at.
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
  const ways = [
    ...(config.kafka === undefined ? [] : ['Kafka']),
    ...(config.email === undefined ? [] : ['mail']),
    ...(config.slack === undefined ? [] : ['Slack']),
    ...(config.gcn === undefined ? [] : ['GCN']),
  ];
  return [
    ok(`it can be read; REST${ways.length === 0 ? ' only' : `, ${ways.join(', ')}`}`),
    ...(LOOPBACK.test(config.host)
      ? []
      : [warning(`it listens on ${config.host}, where keys travel in clear`, 'put a proxy that speaks TLS in front')]),
    ...(isShort(config.kafka?.adminPassword)
      ? [
          warning(
            'ADMIN_PASSWORD has fewer than 16 characters: whoever may write to the observation topics can try thousands a second',
            'make a random one, as with "openssl rand -hex 16"',
          ),
        ]
      : []),
  ];
}

async function storage(config: Config, now: () => number): Promise<Finding[]> {
  if (config.databaseUrl !== undefined) return await checkDatabase(config.databaseUrl, config, now);
  const directory = await checkDataDirectory(config.dataDirectory);
  if (directory.level === 'fault') return [directory];
  const running = await embeddedDatabaseUrl(config.dataDirectory);
  if (running !== undefined) return [directory, ...(await checkDatabase(running, config, now))];
  const { ok } = findingsOf('database');
  const exists = await stat(join(clusterFolder(config.dataDirectory), 'PG_VERSION')).then(
    () => true,
    () => false,
  );
  const what = exists ? 'the embedded PostgreSQL is there and does not run' : 'there is no embedded PostgreSQL yet';
  return [directory, ok(`${what}: the server starts it`)];
}

/** What is secret, also the passwords within URLs. */
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
