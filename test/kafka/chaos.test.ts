import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded/index.js';
import { signal } from '../../src/database/embedded/processes.js';
import { expectCleanAudits } from '../support/acknowledged.js';
import { count, type KafkaBroker, receive, send, startKafka } from '../support/kafka/index.js';
import { drillDetectors, type Scripted, startProducer, streamScript } from '../support/kafka-load.js';
import { type KafkaSite, kafkaSite } from '../support/kafka-service.js';
import { silentLog } from '../support/logs.js';
import type { ServiceProcess } from '../support/service-process.js';

const MESSAGES = Number(process.env.KAFKA_CHAOS_MESSAGES ?? 600);
const KILLS = {
  service: Number(process.env.KAFKA_CHAOS_KILLS ?? 4),
  broker: Number(process.env.KAFKA_CHAOS_BROKER_KILLS ?? 1),
  postgres: Number(process.env.KAFKA_CHAOS_POSTGRES_KILLS ?? 2),
};
type Victim = keyof typeof KILLS;
const DEATHS = Object.values(KILLS).reduce((sum, kills) => sum + kills);
const PARTITIONS = 3;
const PATIENCE_MILLISECONDS = 240_000;
/** Nothing is too old, nothing expires. */
const ENVIRONMENT = { CACHE_EXPIRATION: '864000' };

let broker: KafkaBroker | undefined;
let postgres: EmbeddedPostgres;
let folder: string;
let site: KafkaSite;
let undisturbed: KafkaSite;

beforeEach(async () => {
  if (inject('kafkaBrokers') === undefined) return;
  // A broker and a database server of their own: they die.
  broker = await startKafka();
  folder = await mkdtemp(join(tmpdir(), 'snews-test-chaos-'));
  // As root, PostgreSQL runs as another user.
  await chmod(folder, 0o755);
  postgres = await startEmbeddedPostgres({ dataDirectory: folder, log: silentLog });
  if (broker === undefined) throw new Error('no broker');
  site = await kafkaSite(broker.brokers, PARTITIONS, postgres.url);
  undisturbed = await kafkaSite(broker.brokers, PARTITIONS);
});
afterEach(async () => {
  await undisturbed?.cleanUp();
  await site?.cleanUp();
  await postgres?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  await broker?.stop();
});

test.skipIf(inject('kafkaBrokers') === undefined)(
  `${KILLS.service} kills of the service, ${KILLS.broker} of the broker and ${KILLS.postgres} of PostgreSQL under ${MESSAGES} messages: each takes effect once`,
  async () => {
    if (broker === undefined) throw new Error('no broker');
    let service = await site.start(ENVIRONMENT);
    await register(site);
    const messages = streamScript(MESSAGES);
    const producer = await startProducer(broker.brokers, site.topics.observations, PARTITIONS);

    const deaths = (Object.keys(KILLS) as Victim[])
      .flatMap((victim) => Array.from({ length: KILLS[victim] }, () => victim))
      .sort(() => Math.random() - 0.5);
    const portion = Math.ceil(messages.length / (deaths.length + 1));
    for (const [i, victim] of deaths.entries()) {
      const producing = producer.produce(messages.slice(i * portion, (i + 1) * portion));
      await stored(i * portion + Math.floor(Math.random() * portion * 0.9));
      service = await kill(victim, service);
      await producing;
    }
    await producer.produce(messages.slice(deaths.length * portion));
    await producer.stop();
    await stored(MESSAGES);

    const uuids = messages.map(({ uuid }) => uuid).sort();
    const { rows } = await site.query(`SELECT uuid::text FROM message WHERE source LIKE 'kafka:%' ORDER BY uuid::text`);
    expect(rows.map(({ uuid }) => uuid)).toEqual(uuids);
    expect((await site.query('SELECT FROM dead_letter')).rowCount).toBe(0);
    await expectCleanAudits(site.databaseUrl);
    const alerts = {
      live: await expectPublishedOnce('live', site.topics.alerts),
      firedrill: await expectPublishedOnce('firedrill', site.topics.firedrillAlerts),
    };
    await expectTablesOfUndisturbedRun(messages);
    console.info(
      `${deaths.join(', ')} killed under ${MESSAGES} messages: ${alerts.live} and ${alerts.firedrill} alerts, each once`,
    );
  },
  300_000 + DEATHS * 40_000,
);

/** The detectors of the drill: one observation of each. */
async function register({ query }: KafkaSite): Promise<void> {
  await query(
    `INSERT INTO detector (name, id, full_name, type, site, latitude, longitude)
     SELECT name, 1000 + number, name, 'drill', 'nowhere', 0, 0 FROM unnest($1::text[]) WITH ORDINALITY AS d (name, number)`,
    [drillDetectors(MESSAGES)],
  );
}

/** Waits until so many messages have taken effect; the database may be away meanwhile. */
async function stored(least: number, { query }: KafkaSite = site): Promise<void> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  let found: number | Error = 0;
  while (Date.now() < deadline) {
    found = await query(`SELECT count(*)::int AS n FROM message WHERE source LIKE 'kafka:%'`).then(
      ({ rows }) => rows[0].n as number,
      (error: Error) => error,
    );
    if (typeof found === 'number' && found >= least) return;
    await pause(20);
  }
  throw new Error(`only ${found} of ${least} messages took effect`);
}

async function kill(victim: Victim, service: ServiceProcess): Promise<ServiceProcess> {
  switch (victim) {
    case 'service':
      signal(service.pid, 'SIGKILL');
      await service.ended;
      return await site.start(ENVIRONMENT, false);
    case 'broker':
      await broker?.kill('SIGKILL');
      // It is away for a while.
      await pause(500);
      await broker?.restart();
      return service;
    case 'postgres': {
      // It is started again by itself, and recovers.
      const { pid } = postgres;
      signal(pid, 'SIGKILL');
      while (postgres.pid === pid) await pause(20);
      return service;
    }
  }
}

/** Fails unless a subscriber gets exactly the alerts that are stored, in the order of their sequence. */
async function expectPublishedOnce(cache: string, topic: string): Promise<number> {
  const { rows } = await site.query('SELECT payload FROM alert WHERE cache = $1 ORDER BY sequence', [cache]);
  expect(rows.length).toBeGreaterThan(MESSAGES / 20);
  const brokers = broker?.brokers ?? '';
  // One more would be a double.
  const published = await receive(brokers, topic, rows.length);
  expect(published.map(({ value }) => JSON.parse(String(value)))).toEqual(rows.map(({ payload }) => payload));
  expect(await count(brokers, topic)).toBe(rows.length);
  return rows.length;
}

/** One observation per detector: whatever was killed, and in whichever order they came, the same tables stand. */
async function expectTablesOfUndisturbedRun(messages: readonly Scripted[]): Promise<void> {
  await undisturbed.start(ENVIRONMENT);
  await register(undisturbed);
  const drill = messages.filter(({ isDrill }) => isDrill);
  await send(broker?.brokers ?? '', undisturbed.topics.observations, drill);
  await stored(drill.length, undisturbed);
  const tables = await drillTables(undisturbed);
  expect(tables.length).toBeGreaterThan(MESSAGES / 20);
  expect(await drillTables(site)).toEqual(tables);
}

/** The open sub-groups of the drill as sorted lists of uuids, sorted. */
async function drillTables({ query }: KafkaSite): Promise<readonly string[]> {
  const { rows } = await query(`
    SELECT string_agg(observation.uuid::text, ' ' ORDER BY observation.uuid) AS uuids
    FROM sub_group JOIN observation ON observation.cache = sub_group.cache AND observation.command = ANY(sub_group.rows)
    WHERE sub_group.cache = 'firedrill' AND closed_at IS NULL GROUP BY sub_group.key ORDER BY uuids`);
  return rows.map(({ uuids }) => uuids);
}
