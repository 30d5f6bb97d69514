import { setTimeout as delay } from 'node:timers/promises';
import type ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';
import Runner from 'kafkajs/src/consumer/runner.js';
import { expect, test, vi } from 'vitest';
import { silentLog } from '../../support/logs.js';
import '../../../src/kafka/client.js';

/** Without an end the process would hang: that many looks at the brokers are none that a stop needs. */
const SPINNING = 1_000;

test('a consumer that is stopped while a broker goes away ends', async () => {
  let looks = 0;
  let nodes = [1, 2];
  let left = false;
  const nothing = async () => undefined;
  const consumerGroup = {
    connect: nothing,
    joinAndSync: nothing,
    heartbeat: nothing,
    leave: async () => {
      left = true;
    },
    getNodeIds: () => {
      if (++looks > SPINNING) throw new Error('it spins');
      return nodes;
    },
    fetch: async (nodeId: number) => {
      await delay(nodeId * 50);
      return [];
    },
  } as unknown as ConsumerGroup;
  const crashes: string[] = [];
  const logger: { namespace(): unknown } = Object.assign(Object.create(silentLog), { namespace: () => logger });
  const runner = new Runner({
    logger,
    consumerGroup,
    instrumentationEmitter: { emit: () => undefined },
    concurrency: 1,
    heartbeatInterval: 1_000,
    retry: { retries: 5, initialRetryTime: 10 },
    onCrash: (error) => crashes.push(error.message),
  });
  await runner.start();
  const looked = () => vi.waitFor(() => expect(looks).toBeGreaterThan(seen), { timeout: 60_000, interval: 1 });
  let seen = 0;
  await looked();
  nodes = [1, 2, 3];
  seen = looks;
  // The first fetcher has seen the new broker, and the second is still being stopped.
  await looked();
  await runner.stop();
  seen = looks;
  // What spins has looked again by now.
  await delay(100);
  expect({ left, crashes, spins: looks > seen }).toEqual({ left: true, crashes: [], spins: false });
  expect(looks).toBeLessThan(20);
});
