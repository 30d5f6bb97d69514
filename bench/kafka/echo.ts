import { randomUUID } from 'node:crypto';
import { Partitioners } from 'kafkajs';
import { connection } from './client.js';

/** The floor of latency: consumes one topic and produces on another, with no work between. Runs in a process of its own. */
const [brokers, from, to] = process.argv.slice(2) as [string, string, string];
const kafka = connection(brokers);
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
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
    await producer.send({ topic: to, messages: [{ value }] });
  },
});
process.once('SIGTERM', async () => {
  await consumer.disconnect();
  await producer.disconnect();
});
