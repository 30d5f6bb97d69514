import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { DocumentRunner } from '../support/document-runner.js';
import { type Snippet, snippetsOf } from '../support/documents.js';
import { until } from '../support/embedded-harness.js';
import {
  count,
  makeTopics,
  receive,
  send,
  serviceEnvironment,
  topicsNamed,
  untilReading,
} from '../support/kafka/index.js';
import { observation } from '../support/load.js';
import { postgresTools } from '../support/postgres-tools.js';
import { type ServiceProcess, Site } from '../support/service-process.js';

const brokers = inject('kafkaBrokers');
const tools = await postgresTools();

/** The documents' commands, in order: dump the embedded database, dump one of your own, restore. */
const commands = (await snippetsOf('docs/operations.md')).filter(({ mark }) => mark.kind === 'backup');

/** What stands in each table and what each sequence gives next, by name. */
type Content = Readonly<Record<string, string>>;

describe.skipIf(brokers === undefined || tools === undefined)('a backup, by the commands of docs/operations.md', () => {
  const broker = brokers ?? '';
  const topics = topicsNamed(randomUUID().slice(0, 8));
  let site: Site;
  let own: TestDatabase;
  let runner: DocumentRunner;

  beforeAll(async () => {
    await makeTopics(broker, Object.values(topics));
    site = await Site.make();
    own = await createTestDatabase();
    runner = await DocumentRunner.make(dirname(site.dataDirectory), 'http://127.0.0.1:9', {}, tools);
  });
  afterAll(async () => {
    await site?.cleanUp();
    await own?.drop();
  });

  async function start(databaseUrl?: string): Promise<ServiceProcess> {
    const service = await site.start({ ...serviceEnvironment(broker, topics), DATABASE_URL: databaseUrl });
    await untilReading(service);
    return service;
  }

  async function stop(service: ServiceProcess): Promise<void> {
    service.send('SIGTERM');
    // It has let go of everything. The process ends when a timer of the engine of the migrations does, 10 s after its start.
    await until(() => service.output.includes('"msg":"service:stopped"'));
  }

  /** Runs one of the documents' blocks. */
  async function run(block: number): Promise<string> {
    return await runner.shell([commands[block] as Snippet], { DATABASE_URL: own.url });
  }

  let coincidences = 0;
  /** Two detectors' observations over Kafka, an hour after those before; waits until their alert is published. */
  async function coincide(url: string): Promise<void> {
    const neutrino_time_utc = new Date(Date.now() - 36_000_000 + ++coincidences * 3_600_000).toISOString();
    const messages = ['JUNO', 'Super-K'].map((name) => ({
      ...observation(name),
      neutrino_time_utc,
      tier: 'CoincidenceTier',
    }));
    await send(
      broker,
      topics.observations,
      messages.map((message) => ({ value: JSON.stringify(message) })),
    );
    await settled(url);
  }

  const storedAlerts = async (url: string) =>
    (await query(url, `SELECT id, sequence::int FROM alert WHERE cache = 'live' ORDER BY sequence`)) as {
      id: string;
      sequence: number;
    }[];

  /** Waits until the database says that all that was sent was read, and all alerts are published. */
  async function settled(url: string): Promise<void> {
    await expect
      .poll(
        async () =>
          await query(
            url,
            `SELECT (SELECT sum(position)::int FROM stream_position WHERE topic = $1) AS read,
              (SELECT sequence::int FROM alert_publication WHERE cache = 'live') AS published`,
            [topics.observations],
          ),
        { timeout: 60_000 },
      )
      .toEqual([{ read: 2 * coincidences, published: coincidences }]);
  }

  test('the documents have three commands for it', () => {
    expect(commands.map(({ code }) => /^(pg_\w+) /m.exec(code)?.[1])).toEqual(['pg_dump', 'pg_dump', 'pg_restore']);
  });

  test('of the running embedded database moves to another one, and Kafka is read on from where the backup was', async () => {
    const first = await start();
    const embedded = await site.databaseUrl();
    await coincide(embedded);
    const before = await contentOf(embedded);
    await run(0);
    const after = await contentOf(embedded);
    // What came since the backup.
    await coincide(embedded);
    const alerts = await storedAlerts(embedded);
    await stop(first);

    expect(await run(2)).toMatch(/^live cache: consistent/m);
    const restored = await contentOf(own.url);
    expect(Object.keys(restored)).toEqual(Object.keys(before));
    // What is written by the clock may have been written meanwhile.
    for (const [table, content] of Object.entries(restored))
      expect([before[table], after[table]], table).toContain(content);
    expect(await storedAlerts(own.url)).toEqual(alerts.slice(0, 1));

    const second = await start(own.url);
    // The records since then are read again: the same alert, and it is not published again.
    await settled(own.url);
    expect(await storedAlerts(own.url)).toEqual(alerts);
    await coincide(own.url);
    await stop(second);
  });

  test('of a database of your own restores it to that moment, and the next numbers follow', async () => {
    const before = await contentOf(own.url);
    await run(1);
    const service = await start(own.url);
    await coincide(own.url);
    const alerts = await storedAlerts(own.url);
    await stop(service);
    expect(await contentOf(own.url)).not.toEqual(before);

    expect(await run(2)).toMatch(/^live cache: consistent/m);
    expect(await contentOf(own.url)).toEqual(before);

    const again = await start(own.url);
    await settled(own.url);
    expect(await storedAlerts(own.url)).toEqual(alerts);
    await coincide(own.url);
    await stop(again);
    const numbers = (await query(own.url, 'SELECT command::int FROM observation ORDER BY command')).map(
      ({ command }) => command,
    );
    expect(numbers).toEqual(Array.from({ length: 10 }, (_, i) => numbers[0] + i));
  });

  test('leaves each alert once on the topic, whatever was restored meanwhile', async () => {
    const alerts = await receive(broker, topics.alerts, 5);
    expect(alerts.map(({ value }) => JSON.parse(String(value)).sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(await count(broker, topics.alerts)).toBe(5);
  });
});

async function query(url: string, statement: string, values: unknown[] = []) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement, values)).rows;
  } finally {
    await client.end();
  }
}

async function contentOf(url: string): Promise<Content> {
  const tables = await query(
    url,
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`,
  );
  const content: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await query(
      url,
      `SELECT count(*) || ' rows ' || md5(string_agg(t::text, E'\\n' ORDER BY t::text)) AS is FROM ${name} t`,
    );
    content[name] = row?.is ?? '0 rows';
  }
  for (const { name, last_value } of await query(
    url,
    `SELECT sequencename AS name, last_value::text FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1`,
  )) {
    content[`sequence ${name}`] = String(last_value);
  }
  return content;
}
