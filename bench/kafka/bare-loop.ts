import { randomUUID } from 'node:crypto';
import type { KafkaMessage } from 'kafkajs';
import pg from 'pg';
import { connection } from './client.js';

/**
 * The floor of throughput: consumes a topic from its beginning and writes one row per message, 500 at a time. Runs in
 * a process of its own, until it has so many; then says in how many milliseconds since the first.
 */
const BATCH = 500;

const [brokers, topic, count] = process.argv.slice(2) as [string, string, string];
const client = new pg.Client({ connectionString: process.env['DATABASE_URL'] });
await client.connect();
await client.query(
  'CREATE TABLE bare_message (id uuid PRIMARY KEY, received_at timestamptz NOT NULL, value bytea NOT NULL)',
);
const consumer = connection(brokers).consumer({ groupId: randomUUID() });
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });

let written = 0;
let began: number | undefined;
await consumer.run({
  eachBatchAutoResolve: false,
  eachBatch: async ({ batch: { messages }, resolveOffset, heartbeat }) => {
    began ??= performance.now();
    for (let i = 0; i < messages.length; i += BATCH) {
      const rows = messages.slice(i, i + BATCH);
      await insert(rows);
      resolveOffset((rows.at(-1) as KafkaMessage).offset);
      await heartbeat();
      written += rows.length;
    }
    if (written >= Number(count)) process.stdout.write(`done in ${performance.now() - began} ms\n`);
  },
});
process.once('SIGTERM', async () => {
  await consumer.disconnect();
  await client.end();
});

async function insert(messages: readonly KafkaMessage[]): Promise<void> {
  await client.query({
    name: 'insert',
    text: `INSERT INTO bare_message (id, received_at, value)
      SELECT encode(id, 'hex')::uuid, now(), value FROM unnest($1::bytea[], $2::bytea[]) AS row (id, value)`,
    values: [messages.map(({ headers }) => headers?.['_id']), messages.map(({ value }) => value)],
  });
}
