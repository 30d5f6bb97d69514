import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { createMigratedDatabase } from './database.js';
import { forEachTest } from './for-tests.js';
import { makeTopics, serviceEnvironment, type Topics, topicsNamed, untilReading } from './kafka/index.js';
import { type ServiceProcess, Site } from './service-process.js';

/** A service of its own database and topics, on the tests' broker. */
export interface KafkaSite {
  readonly topics: Topics;
  readonly databaseUrl: string;
  /** Starts a replica; it is reading when this resolves, unless `patiently` is false. */
  start(environment?: Record<string, string | undefined>, patiently?: boolean): Promise<ServiceProcess>;
  query(statement: string, values?: unknown[]): Promise<pg.QueryResult>;
  cleanUp(): Promise<void>;
}

/** @param databaseUrl an empty database; by default a fresh one on the tests' server */
export async function kafkaSite(brokers: string, partitions = 1, databaseUrl?: string): Promise<KafkaSite> {
  const topics = topicsNamed(randomUUID().slice(0, 8));
  await makeTopics(brokers, Object.values(topics), partitions);
  const database =
    databaseUrl === undefined ? await createMigratedDatabase() : { url: databaseUrl, drop: async () => undefined };
  const site = await Site.make();
  const pool = new pg.Pool({ connectionString: database.url });
  // The server may be killed: the next query tells.
  pool.on('error', () => undefined);
  return {
    topics,
    databaseUrl: database.url,
    async start(environment = {}, patiently = true) {
      const service = await site.start({
        ...serviceEnvironment(brokers, topics),
        DATABASE_URL: database.url,
        ...environment,
      });
      if (patiently) await untilReading(service);
      return service;
    },
    query: (statement, values = []) => pool.query(statement, values),
    async cleanUp() {
      await site.cleanUp();
      await pool.end();
      await database.drop();
    },
  };
}

/** A site for each test, where there is a broker. */
export function kafkaSiteForEachTest(partitions = 1): KafkaSite {
  return forEachTest(
    () => {
      const brokers = inject('kafkaBrokers');
      return brokers === undefined ? undefined : kafkaSite(brokers, partitions);
    },
    (site) => site.cleanUp(),
  );
}
