import { randomUUID } from 'node:crypto';
import { type Kafka, Partitioners } from 'kafkajs';
import type { Log } from '../../domain/log.js';
import { hopHeaders } from '../../kafka/hop-headers.js';

/** hop-client reads from the end of the topic only after it has written: it would miss an earlier answer. */
const ECHO_MILLISECONDS = 1_000;

/** Answers connection tests after a second. An answer that can't be sent is not retried: it would be of no use later. */
export function createConnectionTestEcho(kafka: Kafka, topic: string, sender: string, log: Log) {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  let connected: Promise<void> | undefined;
  const waiting = new Set<NodeJS.Timeout>();
  const underWay = new Set<Promise<void>>();

  async function send(message: string): Promise<void> {
    try {
      connected ??= producer.connect();
      await connected;
      const headers = hopHeaders({ id: randomUUID(), sender, isTest: false });
      await producer.send({ topic, messages: [{ value: message, headers }] });
    } catch (error) {
      connected = undefined;
      log.warn({ err: error }, 'kafka:connection-test-not-answered');
    }
  }

  return {
    /** @param message the answer, as JSON text */
    echo(message: string): void {
      const timer = setTimeout(() => {
        waiting.delete(timer);
        const sending = send(message);
        underWay.add(sending);
        void sending.then(() => underWay.delete(sending));
      }, ECHO_MILLISECONDS);
      waiting.add(timer);
    },
    async stop(): Promise<void> {
      for (const timer of waiting) clearTimeout(timer);
      await Promise.all(underWay);
      await producer.disconnect();
    },
  };
}
