import { randomUUID } from 'node:crypto';
import { Partitioners } from 'kafkajs';
import { connection } from './client.js';

/**
 * The floor of latency: consumes one topic and produces on another, with no work between; each record in a transaction, if
 * an id for that is given. Runs in a process of its own.
 */
const [brokers, from, to, transactionalId] = process.argv.slice(2) as [string, string, string, string?];
const kafka = connection(brokers);
const producer = kafka.producer({
  createPartitioner: Partitioners.DefaultPartitioner,
  ...(transactionalId === undefined ? {} : { transactionalId, maxInFlightRequests: 1, idempotent: true }),
});
const consumer = kafka.consumer({ groupId: randomUUID(), maxWaitTimeInMs: 500 });
await producer.connect();
await consumer.connect();
await consumer.subscribe({ topic: from });
const remove = consumer.on('consumer.fetch_start', () => {
  remove();
  process.stdout.write('echoing\n');
});
await consumer.run({
  autoCommit: false,
  eachMessage: async ({ message: { value } }) => {
    const record = { topic: to, messages: [{ value }] };
    if (transactionalId === undefined) {
      await producer.send(record);
    } else {
      const transaction = await producer.transaction();
      await transaction.send(record);
      await transaction.commit();
    }
  },
});
process.once('SIGTERM', async () => {
  await consumer.disconnect();
  await producer.disconnect();
});
