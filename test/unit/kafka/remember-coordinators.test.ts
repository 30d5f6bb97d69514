import { Partitioners } from 'kafkajs';
import Cluster, { type Broker, type NodeId } from 'kafkajs/src/cluster/index.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createKafka } from '../../../src/kafka/client.js';
import { silentLog } from '../../support/logs.js';
import { int16, int32, int64, list, type Script, startScriptedCluster, text } from '../../support/scripted-cluster.js';

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

const TOPIC = 'alerts';
const NOT_COORDINATOR = 16;

describe('a broker that says it does not coordinate', () => {
  let cluster: Awaited<ReturnType<typeof startScriptedCluster>>;
  /** Who coordinates, as the brokers tell it: each of these once, the last one from then on. */
  let told: number[];

  const client = () => createKafka({ brokers: cluster.brokers, ssl: false, sasl: undefined }, silentLog);
  const ifCoordinates = (broker: number) => (broker === 2 ? 0 : NOT_COORDINATOR);

  async function start(script: Script): Promise<void> {
    cluster = await startScriptedCluster(2, TOPIC, {
      FindCoordinator: () => cluster.coordinatorIs((told.length > 1 ? told.shift() : told[0]) ?? 0),
      ...script,
    });
  }

  function producer() {
    return client().producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      transactionalId: 'alerts',
      maxInFlightRequests: 1,
    });
  }

  afterEach(() => cluster.stop());

  it('of a transaction to begin with: kafkajs asks anew who does, and goes on there', async () => {
    told = [1, 2];
    await start({
      InitProducerId: (broker) => Buffer.concat([int32(0), int16(ifCoordinates(broker)), int64(7), int16(0)]),
    });
    const sending = producer();
    await sending.connect();
    await sending.transaction();
    expect(cluster.asked.map(withoutAsker)).toEqual([
      'FindCoordinator',
      'InitProducerId of 1',
      'FindCoordinator',
      'InitProducerId of 2',
    ]);
    await sending.disconnect();
  });

  it('of a transaction under way: kafkajs asks anew who does, and goes on there', async () => {
    told = [1, 2];
    await start({
      InitProducerId: () => Buffer.concat([int32(0), int16(0), int64(7), int16(0)]),
      AddPartitionsToTxn(broker) {
        const partitions = list([Buffer.concat([int32(0), int16(ifCoordinates(broker))])]);
        return Buffer.concat([int32(0), list([Buffer.concat([text(TOPIC), partitions])])]);
      },
    });
    const sending = producer();
    await sending.connect();
    const transaction = await sending.transaction();
    // The script does not know how to take records, which comes next.
    const sent = transaction.send({ topic: TOPIC, messages: [{ partition: 0, value: 'one' }] });
    await expect(sent).rejects.toThrow('does not support');
    expect(cluster.asked.map(withoutAsker)).toEqual([
      'FindCoordinator',
      'InitProducerId of 1',
      'AddPartitionsToTxn of 1',
      'FindCoordinator',
      'AddPartitionsToTxn of 2',
    ]);
    await sending.disconnect();
  });

  it('of a group: its member asks anew who does, and joins there', async () => {
    told = [1, 2];
    const members = [text('range'), text('leader'), text('member'), list([])];
    await start({
      JoinGroup: (broker) => Buffer.concat([int16(ifCoordinates(broker)), int32(1), ...members]),
    });
    const consumer = client().consumer({ groupId: 'g', retry: { restartOnFailure: async () => false } });
    await consumer.connect();
    await consumer.subscribe({ topic: TOPIC });
    await consumer.run({ eachMessage: async () => undefined });
    await vi.waitFor(() => expect(cluster.asked).toContain('JoinGroup of 2'), { timeout: 60_000, interval: 10 });
    expect(cluster.asked).toContain('JoinGroup of 1');
    cluster.stop();
    await consumer.disconnect();
  });
});

/** Anybody may be asked who coordinates. */
function withoutAsker(request: string): string {
  return request.startsWith('FindCoordinator') ? 'FindCoordinator' : request;
}
