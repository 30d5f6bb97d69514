import Cluster from 'kafkajs/src/cluster/index.js';
import { expect, test } from 'vitest';
import '../../../src/kafka/client.js';
import { highWatermarks } from '../../../src/kafka/high-watermarks.js';

/** A cluster of one broker, which says as which kind of reader it is asked. */
function clusterThatTells(asked: unknown[]): Cluster {
  const broker = {
    listOffsets: async ({ isolationLevel }: { isolationLevel?: number }) => {
      asked.push(isolationLevel);
      return { responses: [{ topic: 't', partitions: [{ partition: 0, offset: '7' }] }] };
    },
  };
  return Object.assign(Object.create(Cluster.prototype), {
    findLeaderForPartitions: () => ({ 1: [0] }),
    findBroker: async () => broker,
  });
}

test('ends are asked for as a reader of committed records, or of all that is stored, as whoever asks wants it', async () => {
  const asked: unknown[] = [];
  const cluster = clusterThatTells(asked);
  const ends = () => cluster.fetchTopicsOffset([{ topic: 't', fromBeginning: false, partitions: [{ partition: 0 }] }]);
  const [one, all, again] = await Promise.all([ends(), highWatermarks(ends), ends()]);
  expect(asked).toEqual([undefined, 0, undefined]);
  expect(all).toEqual([{ topic: 't', partitions: [{ partition: 0, offset: '7' }] }]);
  expect([one, again]).toEqual([all, all]);
});
