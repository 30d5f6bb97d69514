import type { Kafka } from 'kafkajs';
import { expect, test } from 'vitest';
import type { Stretch } from '../../src/cache/stretch.js';
import { startStreamReader } from '../../src/intake/stream/reader.js';
import { scriptedKafka, startsAt } from '../support/scripted-kafka.js';

function startOn(kafka: Kafka, taken: Stretch[], establish: () => Promise<Map<number, bigint>>) {
  const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  return startStreamReader({
    kafka,
    groupId: 'g',
    topics: { observations: 'o', firedrillObservations: 'f' },
    prepare: async () => undefined,
    starts: startsAt(establish),
    cacheService: {
      take: async (stretch) => {
        taken.push(stretch);
        return { kind: 'taken', faults: [] };
      },
      probe: async () => ({ kind: 'taken', faults: [] }),
    },
    guard: { admit: () => 'none set' },
    remote: {
      echo: () => undefined,
      displayHeartbeats: () => undefined,
      giveFeedback: () => undefined,
      changeBrokers: () => undefined,
    },
    allowedBrokers: [],
    commandMaxAge: 3_600_000,
    log: quiet,
  });
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

test('a rebalance after a run took effect does not make it take effect again', async () => {
  const script = scriptedKafka();
  const taken: Stretch[] = [];
  const reader = startOn(script.kafka, taken, async () => new Map([[0, 7n]]));
  await turn();
  script.join({ o: [0] });
  const value = Buffer.from('no JSON');
  const messages = [7, 8].map((offset) => ({ offset: String(offset), timestamp: '1', headers: {}, value }));
  const batch = { topic: 'o', partition: 0, messages, lastOffset: () => '8' };
  const rebalance = new Error('the group is rebalancing');
  const heartbeat = () => Promise.reject(rebalance);
  const payload = { batch, heartbeat, isRunning: () => true, isStale: () => false, resolveOffset: () => undefined };
  await expect(script.batch(payload)).rejects.toBe(rebalance);
  expect(taken.map(({ expected, next }) => [expected, next])).toEqual([[7n, 9n]]);
  await reader.stop();
});

test('of two assignments the later one stands, whichever is looked up first', async () => {
  const script = scriptedKafka();
  const waiting: ((positions: Map<number, bigint>) => void)[] = [];
  const reader = startOn(script.kafka, [], () => new Promise((resolve) => waiting.push(resolve)));
  await turn();
  script.join({ o: [0, 1] });
  script.join({ o: [1] });
  await turn();
  const positions = new Map([
    [0, 3n],
    [1, 4n],
  ]);
  waiting[1]?.(positions);
  await turn();
  waiting[0]?.(positions);
  await turn();
  expect(script.seeks).toEqual(['o/1@4']);
  expect(reader.isReading()).toBe(true);
  await reader.stop();
});
