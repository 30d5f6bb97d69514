import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import type { ProcessBroker } from '../support/kafka/process-broker.js';
import type { Random } from '../support/random.js';
import type { Look } from './health.js';
import type { StreamLoad } from './stream-load.js';
import { addPartition, PARTITIONS, type World } from './world.js';

/** Something that happens to a deployment, and is over when `happen` is. */
export interface Fault {
  readonly name: string;
  happen(world: World, random: Random, stream: StreamLoad): Promise<void>;
  /** What every look at /readyz must say from so many milliseconds after the beginning to the end. */
  readonly shows?: { readonly after: number; readonly words: string; is(look: Look): boolean };
}

const MOST_PARTITIONS = PARTITIONS + 3;
/** Longer than the service may take to find a dead connection. */
const DETECTED = 9_000;
const NOT_READY: NonNullable<Fault['shows']> = {
  after: DETECTED,
  words: 'not ready without a database that takes writes',
  is: ({ status }) => status !== 200,
};

export const FAULTS: readonly Fault[] = [
  {
    name: 'a replica is killed',
    happen: async ({ replicas }, random) => {
      random.pick(replicas).signal('SIGKILL');
      await pause(500);
    },
  },
  {
    name: 'a replica stands still',
    happen: async ({ replicas }, random) => {
      const replica = random.pick(replicas);
      replica.signal('SIGSTOP');
      await pause(2_000 + random.whole(10_000));
      replica.signal('SIGCONT');
    },
  },
  {
    name: 'the replicas are restarted, one after the other',
    happen: async ({ replicas, untilWell }) => {
      for (const replica of replicas) {
        replica.signal('SIGTERM');
        await pause(1_000);
        await untilWell();
      }
    },
  },
  {
    name: 'a broker is killed',
    happen: async ({ kafka }, random) => {
      const broker = random.pick(kafka.members);
      await broker.kill('SIGKILL');
      await pause(random.whole(5_000));
      await broker.restart();
    },
  },
  {
    name: 'a broker stands still',
    happen: async ({ kafka }, random) => {
      const broker = random.pick(kafka.members);
      await broker.kill('SIGSTOP');
      await pause(2_000 + random.whole(10_000));
      await broker.kill('SIGCONT');
    },
  },
  {
    name: 'the brokers are restarted, one after the other',
    happen: async ({ kafka }) => {
      for (const broker of kafka.members) {
        await broker.restart();
        await pause(3_000);
      }
    },
  },
  {
    name: 'two of three brokers are away',
    happen: async ({ kafka }) => {
      const [one, two] = kafka.members as readonly [ProcessBroker, ProcessBroker];
      await Promise.all([one.kill('SIGKILL'), two.kill('SIGKILL')]);
      await pause(45_000);
      await Promise.all([one.restart(), two.restart()]);
    },
    shows: {
      after: 40_000,
      words: 'degraded without a majority of the brokers',
      is: ({ status, degraded }) => status !== 200 || degraded.length > 0,
    },
  },
  {
    name: 'PostgreSQL crashes',
    happen: async ({ postgres }, random) => postgres.crashPrimary(random.whole(3_000)),
  },
  {
    name: 'PostgreSQL fails over, and the standby is reached before it is promoted',
    happen: async ({ postgres, replicas }, random) => {
      await postgres.losePrimary();
      for (const { link } of replicas) link.lead(postgres.standbyPort as number);
      await pause(2_000 + random.whole(6_000));
      await postgres.promote();
      await postgres.addStandby();
    },
  },
  {
    name: 'the database is read-only: connections lead to the standby',
    happen: async ({ postgres, replicas }) => {
      for (const { link } of replicas) {
        link.lead(postgres.standbyPort as number);
        link.breakAll();
      }
      await pause(14_000);
      for (const { link } of replicas) {
        link.lead(postgres.primaryPort);
        link.breakAll();
      }
    },
    shows: NOT_READY,
  },
  {
    name: 'connections to PostgreSQL break',
    happen: async ({ replicas }) => {
      for (const { link } of replicas) link.breakAll();
    },
  },
  {
    name: 'connections to PostgreSQL die without a word',
    happen: async ({ replicas }, random) => {
      const { link } = random.pick(replicas);
      link.hold();
      await pause(500);
      link.release();
    },
  },
  {
    name: 'PostgreSQL can not be reached, and nobody says so',
    happen: async ({ replicas }) => {
      for (const { link } of replicas) link.hold();
      await pause(15_000);
      for (const { link } of replicas) link.release();
    },
    shows: NOT_READY,
  },
  {
    name: 'a stranger holds the lock of the live cache',
    happen: async ({ postgres }) => {
      const client = new pg.Client({ connectionString: postgres.url() });
      await client.connect();
      await client.query('BEGIN');
      await client.query(`SELECT name FROM cache WHERE name = 'live' FOR UPDATE`);
      await pause(6_000);
      await client.query('ROLLBACK');
      await client.end();
    },
  },
  {
    name: 'a newer release adds a column to every table',
    happen: async ({ postgres }, random) => {
      const { rows } = await postgres.query(
        `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_prisma%'`,
      );
      const column = `added_${random.whole(1_000_000)}`;
      for (const { tablename } of rows) {
        await postgres.query(`ALTER TABLE "${tablename}" ADD COLUMN ${column} int NOT NULL DEFAULT 0`);
      }
    },
  },
  {
    name: 'a transaction of somebody else stays open on the observation topic',
    happen: async ({ kafka, topics }) => {
      const client = new Kafka({ brokers: kafka.brokers.split(','), logLevel: logLevel.NOTHING });
      const producer = client.producer({ transactionalId: `chaos-${Date.now()}`, maxInFlightRequests: 1 });
      await producer.connect();
      const transaction = await producer.transaction();
      await transaction.send({ topic: topics.observations, messages: [{ value: 'never committed' }] });
      await pause(8_000);
      await transaction.abort();
      await producer.disconnect();
    },
  },
  {
    name: 'a partition is added',
    happen: async (world, _random, stream) => {
      const count = Math.min(stream.partitions + 1, MOST_PARTITIONS);
      if (count > stream.partitions) await addPartition(world, count);
      // It must not be used before every producer knows it.
      await pause(2_000);
      stream.use(count);
    },
  },
];
