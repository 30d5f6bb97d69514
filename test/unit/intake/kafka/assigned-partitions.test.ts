import type { Consumer } from 'kafkajs';
import { expect, test, vi } from 'vitest';
import { AssignedPartitions } from '../../../../src/intake/kafka/assigned-partitions.js';
import { PausedPartitions } from '../../../../src/intake/kafka/paused-partitions.js';
import type { StreamStarts } from '../../../../src/intake/kafka/positions.js';
import { eventually } from '../../../support/eventually.js';
import { captureLog } from '../../../support/logs.js';

test('a look at the log that falls into the end of a client ends nothing else', async () => {
  const seek = vi.fn();
  const consumer = { seek, resume: () => undefined, pause: () => undefined } as unknown as Consumer;
  const start = { position: 5n, record: { offset: 4n, digest: 'd' }, low: 0n, high: 9n };
  const { log, messages } = captureLog();
  const places = new AssignedPartitions({
    kafka: {} as never,
    starts: { establish: async () => new Map([[0, start]]) } as unknown as StreamStarts,
    consumer: () => consumer,
    holds: new PausedPartitions(() => consumer, log),
    keepTrying: (work) => work(),
    isStopping: () => false,
    lookAgainEvery: 5,
    log,
  });
  const place = places.assign({ cluster: 'c', memberId: 'm', assignment: { t: [0] } });
  expect(await place()).toBe(true);
  places.of('t', 0)?.goOn();
  seek.mockImplementation(() => {
    throw new Error('Consumer group was not initialized, consumer#run must be called first');
  });
  await eventually(() => expect(messages('debug')).toContain('kafka:not-looked-again'));
  // The client says that it gave up: there is nothing to look at any more.
  places.forget();
  expect(places.of('t', 0)).toBeUndefined();
  await places.stop();
});
