import { randomUUID } from 'node:crypto';
import { Partitioners } from 'kafkajs';
import { describe, expect, inject, it } from 'vitest';
import { createKafka } from '../../src/kafka/client.js';
import { makeTopics, receive } from '../support/kafka/index.js';
import { silentLog } from '../support/logs.js';

describe.skipIf(inject('kafkaBrokers') === undefined)('the coordinator of transactions', () => {
  const brokers = inject('kafkaBrokers') ?? '';

  it('is asked for once by a producer, however many transactions it makes', async () => {
    const topic = randomUUID();
    await makeTopics(brokers, [topic]);
    const producer = createKafka({ brokers: [brokers], ssl: false, sasl: undefined }, silentLog).producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      transactionalId: topic,
      maxInFlightRequests: 1,
      idempotent: true,
    });
    const requests: string[] = [];
    producer.on('producer.network.request', ({ payload }) => requests.push(payload.apiName));
    const asked = () => requests.filter((name) => name === 'GroupCoordinator').length;
    const write = async (value: string) => {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value }] });
      await transaction.commit();
    };
    await producer.connect();
    await write('one');
    const before = asked();
    await write('two');
    await write('three');
    await producer.disconnect();
    expect(requests.filter((name) => name === 'EndTxn')).toHaveLength(3);
    expect(before).toBeGreaterThan(0);
    expect(asked()).toBe(before);
    const received = await receive(brokers, topic, 3);
    expect(received.map(({ value }) => value.toString())).toEqual(['one', 'two', 'three']);
  });
});
