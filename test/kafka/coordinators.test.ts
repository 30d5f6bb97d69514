import { randomUUID } from 'node:crypto';
import { Partitioners } from 'kafkajs';
import Cluster, { type Broker, type NodeId } from 'kafkajs/src/cluster/index.js';
import { describe, expect, inject, it } from 'vitest';
import { createKafka } from '../../src/kafka/client.js';
import { makeTopics, receive } from '../support/kafka/index.js';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describe.skipIf(inject('kafkaBrokers') === undefined)('the coordinator of transactions', () => {
  const brokers = inject('kafkaBrokers') ?? '';

  it('is asked for once by a producer, however many transactions it makes', async () => {
    const topic = randomUUID();
    await makeTopics(brokers, [topic]);
    const producer = createKafka({ brokers: [brokers], ssl: false, sasl: undefined }, silent).producer({
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

/** A cluster of our own making: it counts who asks it who coordinates, and some brokers can't be reached. */
function clusterWhere(told: readonly NodeId[], unreachable: ReadonlySet<NodeId>) {
  let asked = 0;
  const cluster: Cluster = Object.assign(Object.create(Cluster.prototype), {
    retrier: (work: (bail: (error: unknown) => never) => Promise<Broker>) =>
      work((error) => {
        throw error;
      }),
    findGroupCoordinatorMetadata: async () => ({ coordinator: { nodeId: told[asked++] } }),
    findBroker: async ({ nodeId }: { nodeId: NodeId }) => {
      if (unreachable.has(nodeId)) throw new Error(`no broker ${nodeId}`);
      return { nodeId };
    },
  });
  return { cluster, asked: () => asked };
}

describe('what is remembered of coordinators', () => {
  const transactions = { groupId: 'alerts', coordinatorType: 1 };

  it('is forgotten when the broker can not be reached', async () => {
    const unreachable = new Set<NodeId>();
    const { cluster, asked } = clusterWhere([1, 2], unreachable);
    expect((await cluster.findGroupCoordinator(transactions)).nodeId).toBe(1);
    expect((await cluster.findGroupCoordinator(transactions)).nodeId).toBe(1);
    expect(asked()).toBe(1);
    unreachable.add(1);
    expect((await cluster.findGroupCoordinator(transactions)).nodeId).toBe(2);
    expect((await cluster.findGroupCoordinator(transactions)).nodeId).toBe(2);
    expect(asked()).toBe(2);
  });

  it('is nothing where nobody was found', async () => {
    const unreachable = new Set<NodeId>([1]);
    const { cluster, asked } = clusterWhere([1, 2], unreachable);
    await expect(cluster.findGroupCoordinator(transactions)).rejects.toThrow('no broker 1');
    expect((await cluster.findGroupCoordinator(transactions)).nodeId).toBe(2);
    expect(asked()).toBe(2);
  });

  it('does not concern groups: their coordinators are asked for each time', async () => {
    const { cluster, asked } = clusterWhere([1, 2], new Set());
    expect((await cluster.findGroupCoordinator({ groupId: 'alerts' })).nodeId).toBe(1);
    expect((await cluster.findGroupCoordinator({ groupId: 'alerts' })).nodeId).toBe(2);
    expect(asked()).toBe(2);
  });

  it('is another for each cluster', async () => {
    const [first, second] = [clusterWhere([1], new Set()), clusterWhere([2], new Set())];
    expect((await first.cluster.findGroupCoordinator(transactions)).nodeId).toBe(1);
    expect((await second.cluster.findGroupCoordinator(transactions)).nodeId).toBe(2);
  });
});
