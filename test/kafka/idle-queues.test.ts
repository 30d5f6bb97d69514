import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Partitioners } from 'kafkajs';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { createKafka } from '../../src/kafka/client.js';
import { makeTopics, receive } from '../support/kafka/index.js';
import { silentLog } from '../support/logs.js';

afterEach(() => {
  vi.restoreAllMocks();
});

describe.skipIf(inject('kafkaBrokers') === undefined)('a connection to the broker', () => {
  const brokers = inject('kafkaBrokers') ?? '';
  const producer = (maxInFlightRequests: number) =>
    createKafka({ brokers: [brokers], ssl: false, sasl: undefined }, silentLog).producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      maxInFlightRequests,
    });

  it('that has nothing to do sets no timers', async () => {
    const topic = randomUUID();
    await makeTopics(brokers, [topic]);
    const idle = producer(1);
    await idle.connect();
    await idle.send({ topic, messages: [{ value: 'one' }] });
    const timers = vi.spyOn(globalThis, 'setTimeout');
    await delay(300);
    const set = timers.mock.calls.length;
    await idle.disconnect();
    // A look every millisecond would be hundreds.
    expect(set).toBeLessThan(10);
  });

  it('sends what it held back', async () => {
    const topic = randomUUID();
    await makeTopics(brokers, [topic]);
    const narrow = producer(1);
    await narrow.connect();
    const waited: number[] = [];
    narrow.on('producer.network.request_queue_size', ({ payload }) => waited.push(payload.queueSize));
    const values = Array.from({ length: 50 }, (_, i) => String(i));
    await Promise.all(values.map((value) => narrow.send({ topic, messages: [{ value }] })));
    await narrow.disconnect();
    expect(Math.max(...waited)).toBeGreaterThan(10);
    const received = await receive(brokers, topic, values.length);
    expect(received.map(({ value }) => value.toString()).toSorted()).toEqual(values.toSorted());
  });
});
