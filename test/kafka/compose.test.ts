import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/config/config.js';
import { createKafka } from '../../src/kafka/client.js';
import { kafkaClassPath } from '../support/kafka/maven.js';
import { lastingPorts } from '../support/kafka/ports.js';
import { ready } from '../support/kafka/ready.js';
import { DEVELOPMENT_TOPICS } from '../support/kafka/topics.js';
import { silentLog } from '../support/logs.js';

const run = promisify(execFile);
const PASSWORD = 'ofTheTests0123456789';
const classPath = await kafkaClassPath();

interface Compose {
  readonly services: Readonly<
    Record<string, { readonly command: readonly string[]; readonly environment: Readonly<Record<string, string>> }>
  >;
  readonly configs: { readonly kafka: { readonly content: string } };
}

/** docker-compose.yml's Kafka as a process of this machine: its own settings and commands, other ports and folders. */
describe.skipIf(classPath === undefined)("docker-compose.yml's Kafka", () => {
  let folder: string;
  let compose: Compose;
  let broker: ChildProcess;
  let ports: readonly number[];

  /** What Compose, the image and the container's network would make of a text. */
  function here(text: string): string {
    return text
      .replaceAll('$$', '$')
      .replaceAll('/tmp/', `${folder}/`)
      .replaceAll('/etc/snews/', `${folder}/`)
      .replaceAll('/var/lib/kafka/data', `${folder}/data`)
      .replaceAll('://:', '://127.0.0.1:')
      .replaceAll('kafka:9092', '127.0.0.1:9092')
      .replaceAll('localhost', '127.0.0.1')
      .replaceAll(/\b909([2-5])\b/g, (_, digit) => String(ports[Number(digit) - 2]))
      .replaceAll('exec /opt/kafka/bin/kafka-server-start.sh', 'exec java -cp "$CLASS_PATH" kafka.Kafka')
      .replaceAll('/opt/kafka/bin/kafka-storage.sh', 'java -cp "$CLASS_PATH" kafka.tools.StorageTool')
      .replaceAll('/opt/kafka/bin/kafka-topics.sh', 'java -cp "$CLASS_PATH" org.apache.kafka.tools.TopicCommand');
  }

  const environmentOf = (service: string) => ({
    PATH: process.env.PATH,
    CLASS_PATH: classPath,
    // Each of these programs starts with half the work if it compiles less.
    JAVA_TOOL_OPTIONS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
    ...compose.services[service]?.environment,
    KAFKA_PASSWORD: PASSWORD,
  });
  const commandOf = (service: string) => (compose.services[service]?.command ?? []).map(here);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'snews-compose-'));
    ports = await lastingPorts(4);
    compose = parse(await readFile(new URL('../../docker-compose.yml', import.meta.url), 'utf8'), { merge: true });
    await writeFile(join(folder, 'server.properties'), here(compose.configs.kafka.content));
    const [program = '', ...args] = commandOf('kafka');
    broker = spawn(program, args, { cwd: folder, env: environmentOf('kafka'), stdio: 'ignore' });
    // As the health check does.
    await ready(`127.0.0.1:${ports[3]}`, () => broker.exitCode === null);
  });

  afterAll(async () => {
    broker.kill('SIGKILL');
    if (broker.exitCode === null && broker.signalCode === null) await once(broker, 'exit');
    await rm(folder, { recursive: true, force: true });
  });

  test('makes the topics for whoever has the password, on both of its listeners, and for nobody else', async () => {
    const [program = '', ...args] = commandOf('topics');
    await run(program, args, { cwd: folder, env: environmentOf('topics') });
    const KAFKA_SASL_USERNAME = compose.services['snews']?.environment['KAFKA_SASL_USERNAME'] ?? '';
    for (const port of ports.slice(0, 3).filter((_, index) => index !== 1)) {
      const topicsAs = async (login: Record<string, string>) => {
        const { kafka } = readConfig({ ...login, KAFKA_BROKERS: `127.0.0.1:${port}` });
        if (kafka === undefined) throw new Error('no Kafka is configured');
        const admin = createKafka(kafka, silentLog).admin({ retry: { retries: 0 } });
        try {
          await admin.connect();
          return await admin.listTopics();
        } finally {
          await admin.disconnect();
        }
      };
      const topics = await topicsAs({ KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD: PASSWORD });
      expect(topics).toEqual(expect.arrayContaining(Object.values(DEVELOPMENT_TOPICS)));
      await expect(topicsAs({ KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD: `${PASSWORD}!` })).rejects.toThrow(
        /authentication/i,
      );
      await expect(topicsAs({})).rejects.toThrow();
    }
  });
});
