import fetchRequests from 'kafkajs/src/protocol/requests/fetch/index.js';
import { afterEach, expect, test, vi } from 'vitest';
import { startStreamReader } from '../../../../src/intake/kafka/reader.js';
import { readBatches } from '../../../../src/kafka/read-batches.js';
import { fetchAnswer } from '../../../support/batch-bytes.js';
import { eventually } from '../../../support/eventually.js';
import { captureLog } from '../../../support/logs.js';
import { readerDefaults, scriptedKafka, startsAt } from '../../../support/scripted-kafka.js';

afterEach(() => {
  vi.useRealTimers();
});

function readerOn(script: ReturnType<typeof scriptedKafka>) {
  const { log, messages } = captureLog('warn');
  const reader = startStreamReader({
    ...readerDefaults,
    kafka: script.kafka,
    topics: { observations: 't' },
    starts: startsAt(async () => new Map([0, 1].map((partition) => [partition, 0n]))),
    cacheService: {
      take: async () => ({ kind: 'taken', errors: [] }),
      probe: async () => ({ kind: 'taken', errors: [] }),
    },
    log,
  });
  return { reader, messages };
}

test('a client that crashes at once is made anew after a while, longer each time, and that is said once in ten seconds', async () => {
  const script = scriptedKafka();
  const { reader, messages } = readerOn(script);
  await script.untilRunning();
  script.join({ t: [0] });
  await eventually(() => expect(reader.isReading()).toBe(true));
  script.join({ t: [0] });
  const waits: number[] = [];
  for (const times of [2, 3]) {
    const crashed = performance.now();
    script.crash(new Error('no such thing'));
    // Also if the starts of its partitions were found only now.
    expect(reader.isReading()).toBe(false);
    await script.untilRunning(times);
    waits.push(performance.now() - crashed);
  }
  // The clock of timers may be a millisecond ahead.
  expect(waits[0]).toBeGreaterThan(249);
  expect(waits[1]).toBeGreaterThan(499);
  expect(messages()).toEqual(['kafka:consumer-crashed']);
  await reader.stop();
});

test('a client that goes on reading after it failed to join its group again is replaced', async () => {
  const script = scriptedKafka();
  const { reader, messages } = readerOn(script);
  await script.untilRunning();
  script.join({ t: [0] });
  script.tell('fetch_start');
  await eventually(() => expect(reader.isReading()).toBe(true));
  script.tell('rebalancing');
  expect(reader.isReading()).toBe(false);
  // One fetch for each broker.
  script.tell('fetch_start');
  script.tell('fetch_start');
  await script.untilRunning(2);
  script.join({ t: [0] });
  script.tell('fetch_start');
  await eventually(() => expect(reader.isReading()).toBe(true));
  expect(script.opened()).toBe(2);
  expect(messages()).toEqual(['kafka:consumer-crashed']);
  await reader.stop();
});

test('nothing is heard of a client that gave up, and none is made while the reader stops', async () => {
  const script = scriptedKafka();
  const { reader, messages } = readerOn(script);
  await script.untilRunning();
  script.join({ t: [0] });
  await eventually(() => expect(reader.isReading()).toBe(true));
  script.crash(new Error('no such thing'));
  script.join({ t: [0] });
  script.tell('rebalancing');
  script.crash(new Error('another thing'));
  expect(reader.problems()).toEqual(['no partitions of t are assigned to this replica yet (no such thing)']);
  await script.untilRunning(2);
  script.join({ t: [0] });
  await eventually(() => expect(reader.isReading()).toBe(true));
  const stopping = reader.stop();
  script.crash(new Error('the broker goes away, too'));
  await stopping;
  expect(script.opened()).toBe(2);
  expect(messages()).toEqual(['kafka:consumer-crashed']);
});

test('a member to which the group assigns nothing waits without a problem', async () => {
  const script = scriptedKafka();
  const { reader } = readerOn(script);
  await script.untilRunning();
  script.join({});
  await eventually(() => expect(reader.problems()).toEqual([]));
  expect(script.seeks).toEqual([]);
  await reader.stop();
});

test('a partition that the broker refuses is left alone, and the others are read', async () => {
  const script = scriptedKafka();
  const { reader } = readerOn(script);
  await script.untilRunning();
  script.join({ t: [0, 1] });
  script.crash(await refusal(1));
  await script.untilRunning(2);
  script.join({ t: [0, 1] });
  await eventually(() => expect(new Set(script.paused)).toEqual(new Set(['t/1'])));
  expect(reader.isReading()).toBe(false);
  await reader.stop();
});

/** What kafkajs makes of an answer in which the broker refuses one partition, as its consumer hands it on. */
async function refusal(partition: number): Promise<Error> {
  readBatches();
  const raw = fetchAnswer([{ partition, bytes: Buffer.alloc(0), errorCode: 56 }]);
  const refused = await parsed(raw).catch((error: unknown) => error);
  return new Error('retries exceeded', { cause: refused });
}

/** What kafkajs makes of an answer. */
async function parsed(raw: Buffer) {
  const { response } = fetchRequests.protocol({ version: 11 })({ topics: [] });
  return await response.parse(await response.decode(raw));
}
