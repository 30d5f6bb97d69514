import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer } from 'kafkajs';
import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';
import fetchRequests from 'kafkajs/src/protocol/requests/fetch/index.js';
import { afterEach, expect, test, vi } from 'vitest';
import { Holds } from '../../../../src/intake/kafka/holds.js';
import { Membership } from '../../../../src/intake/kafka/membership.js';
import { startStreamReader } from '../../../../src/intake/kafka/reader.js';
import { Restarts } from '../../../../src/intake/kafka/restarts.js';
import { RestingPartitions } from '../../../../src/intake/kafka/resting.js';
import { LogThrottle } from '../../../../src/kafka/log-throttle.js';
import { readBatches } from '../../../../src/kafka/read-batches.js';
import { batchBytes, fetchAnswer } from '../../../support/batch-bytes.js';
import { scriptedKafka, startsAt } from '../../../support/scripted-kafka.js';

afterEach(() => {
  vi.useRealTimers();
});

function readerOn(script: ReturnType<typeof scriptedKafka>) {
  const lines: string[] = [];
  const told = (_: object, line: string) => void lines.push(line);
  const reader = startStreamReader({
    kafka: script.kafka,
    groupId: 'g',
    topics: { observations: 't' },
    prepare: async () => undefined,
    starts: startsAt(async () => new Map([0, 1].map((partition) => [partition, 0n]))),
    cacheService: {
      take: async () => ({ kind: 'taken', errors: [] }),
      probe: async () => ({ kind: 'taken', errors: [] }),
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
    log: { debug: () => undefined, info: () => undefined, warn: told, error: told },
  });
  return { reader, lines };
}

test('a client that crashes at once is made anew after a while, and that is said once in ten seconds', async () => {
  const script = scriptedKafka();
  const { reader, lines } = readerOn(script);
  await delay(10);
  script.join({ t: [0] });
  await delay(10);
  expect(reader.isReading()).toBe(true);
  script.join({ t: [0] });
  script.crash(new Error('no such thing'));
  await delay(10);
  // Also if the starts of its partitions were found only now.
  expect(reader.isReading()).toBe(false);
  let seen = script.opened();
  for (let i = 0; i < 250; i++) {
    await delay(10);
    if (script.opened() > seen) script.crash(new Error(`no such thing as ${i}`));
    seen = script.opened();
  }
  // In two seconds and a half, after 250 to 500 ms, 500 to 1,000, and 1,000 to 2,000.
  expect(script.opened()).toBeGreaterThan(2);
  expect(script.opened()).toBeLessThan(6);
  expect(lines.filter((line) => line === 'kafka:consumer-crashed').length).toBeLessThanOrEqual(2);
  await reader.stop();
});

test('a client that goes on reading after it failed to join its group again is replaced', async () => {
  const script = scriptedKafka();
  const { reader, lines } = readerOn(script);
  await delay(10);
  script.join({ t: [0] });
  script.tell('fetch_start');
  await delay(10);
  expect(reader.isReading()).toBe(true);
  script.tell('rebalancing');
  expect(reader.isReading()).toBe(false);
  // One fetch for each broker.
  script.tell('fetch_start');
  script.tell('fetch_start');
  await vi.waitFor(() => expect(script.opened()).toBe(2), { timeout: 10_000 });
  script.join({ t: [0] });
  script.tell('fetch_start');
  await delay(10);
  expect(reader.isReading()).toBe(true);
  expect(script.opened()).toBe(2);
  expect(lines).toEqual(['kafka:consumer-crashed']);
  await reader.stop();
});

test('a member is one as long as its heartbeats are answered', () => {
  let now = 0;
  const membership = new Membership(() => now);
  expect(membership.problem()).toBeUndefined();
  membership.joined();
  now = 30_000;
  expect(membership.problem()).toBeUndefined();
  membership.answered();
  now = 60_000;
  expect(membership.problem()).toBeUndefined();
  now = 60_001;
  expect(membership.problem()).toBe('the group no longer answers heartbeats');
  membership.joined();
  expect(membership.problem()).toBeUndefined();
});

/** kafkajs's member of a group, as far as its heartbeats go. */
interface Beating {
  heartbeat(options: { readonly interval: number }): Promise<void>;
}

test('a member that sends no heartbeats because the clock was set back by an hour is none after 30 s', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  const membership = new Membership();
  const Group = ConsumerGroup as unknown as new (options: object) => Beating;
  const join = () => {
    membership.joined();
    const logger = { namespace: () => ({}) };
    const group = new Group({ logger, instrumentationEmitter: { emit: () => membership.answered() } });
    return Object.assign(group, { memberId: 'm', coordinator: { heartbeat: async () => undefined } });
  };
  let group = join();
  /** Whether it still is one after so many seconds, of which it beats in each. */
  const after = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      vi.advanceTimersByTime(1_000);
      await group.heartbeat({ interval: 1_000 });
    }
    return membership.problem();
  };
  expect(await after(120)).toBeUndefined();
  vi.setSystemTime(Date.now() - 3_600_000);
  expect(await after(30)).toBeUndefined();
  expect(await after(1)).toBe('the group no longer answers heartbeats');
  // The one that follows counts from the clock as it is now.
  group = join();
  expect(await after(120)).toBeUndefined();
});

test('waits between crashes grow to ten seconds, and begin anew after a calm minute', () => {
  let now = 0;
  const restarts = new Restarts(
    () => now,
    () => 1,
  );
  const waits = Array.from({ length: 7 }, () => restarts.crashed());
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  now = 60_001;
  expect(restarts.crashed()).toBe(500);
});

test('a partition that the broker refuses is left alone, and the others are read', async () => {
  const script = scriptedKafka();
  const { reader } = readerOn(script);
  await delay(10);
  script.join({ t: [0, 1] });
  script.crash(await refusal(1));
  await vi.waitFor(() => expect(script.opened()).toBe(2), { timeout: 10_000 });
  script.join({ t: [0, 1] });
  await delay(10);
  expect(new Set(script.paused)).toEqual(new Set(['t/1']));
  expect(reader.isReading()).toBe(false);
  await reader.stop();
});

test('a partition that was left alone is tried again after half a minute, by whoever reads it then', () => {
  vi.useFakeTimers();
  const done: string[] = [];
  const say = (what: string) => (paused: { partitions?: number[] }[]) =>
    void done.push(`${what} ${paused[0]?.partitions}`);
  const consumer = { pause: say('pause'), resume: say('resume') } as unknown as Consumer;
  const holds = new Holds(() => consumer, { debug: () => undefined });
  const resting = new RestingPartitions();
  const assigned = [0, 1, 2].map((partition) => ({ topic: 'o', partition }));
  resting.refused({ topic: 'o', partition: 1 });
  resting.refused({ topic: 'o', partition: 7 });
  resting.hold(holds, assigned);
  vi.advanceTimersByTime(29_000);
  expect(resting.names()).toEqual(['o/1']);
  holds.endAll();
  resting.hold(holds, assigned);
  expect(done).toEqual(['pause 1', 'resume 1', 'pause 1']);
  vi.advanceTimersByTime(2_000);
  expect(done).toEqual(['pause 1', 'resume 1', 'pause 1', 'resume 1']);
  expect(resting.names()).toEqual([]);
});

test('a partition is held as long as anybody holds it, and a client that gives up breaks nothing', () => {
  const done: string[] = [];
  const say = (what: string) => (paused: { topic: string; partitions?: number[] }[]) => {
    if (paused[0]?.partitions?.[0] === 9) throw new Error('Consumer group was not initialized');
    done.push(`${what} ${paused[0]?.topic}/${paused[0]?.partitions}`);
  };
  const consumer = { pause: say('pause'), resume: say('resume') } as unknown as Consumer;
  const holds = new Holds(() => consumer, { debug: () => undefined });
  const first = holds.hold({ topic: 'a/b', partition: 1 });
  const second = holds.hold({ topic: 'a/b', partition: 1 });
  first();
  first();
  expect(done).toEqual(['pause a/b/1']);
  second();
  expect(done).toEqual(['pause a/b/1', 'resume a/b/1']);
  const late = holds.hold({ topic: 'a/b', partition: 1 });
  const gone = holds.hold({ topic: 'a/b', partition: 9 });
  holds.endAll();
  expect(done.slice(2)).toEqual(['pause a/b/1', 'resume a/b/1']);
  const again = holds.hold({ topic: 'a/b', partition: 1 });
  late();
  gone();
  expect(done.slice(4)).toEqual(['pause a/b/1']);
  again();
  expect(done.slice(5)).toEqual(['resume a/b/1']);
});

test('records of other partitions come before what the broker says of one that it refuses, for a second', async () => {
  vi.useFakeTimers();
  readBatches();
  const raw = fetchAnswer([
    { partition: 0, bytes: batchBytes({ records: [{ value: Buffer.from('good') }] }) },
    { partition: 1, bytes: Buffer.alloc(0), errorCode: 56 },
  ]);
  const parse = () => parsed(raw);
  expect((await parse()).responses[0]?.partitions).toMatchObject([{ partition: 0 }]);
  expect((await parse()).responses[0]?.partitions).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_001);
  await expect(parse()).rejects.toThrow(/disk/i);
  expect((await parse()).responses[0]?.partitions).toHaveLength(1);
});

test('an answer is read from where each partition was asked for', async () => {
  readBatches();
  const records = ['one', 'two'].map((text) => ({ value: Buffer.from(text) }));
  const raw = fetchAnswer([0, 1].map((partition) => ({ partition, bytes: batchBytes({ records }) })));
  const partitions = [0, 1].map((partition) => ({ partition, fetchOffset: String(partition), maxBytes: 1 }));
  const topics = partitions.map((one) => ({ topic: 't', partitions: [one] }));
  const { response } = fetchRequests.protocol({ version: 11 })({ topics });
  const { responses } = await response.decode(raw);
  expect(responses[0]?.partitions.map(({ messages }) => messages.length)).toEqual([2, 1]);
});

test('what happens over and over is said once in ten seconds, with how often it was not said', () => {
  let now = 0;
  const throttle = new LogThrottle(() => now);
  expect(throttle.admit('broker 1 is away')).toEqual({});
  expect(throttle.admit('broker 2 is away')).toBeUndefined();
  expect(throttle.admit('something else')).toEqual({});
  now = 9_999;
  expect(throttle.admit('broker 1 is away')).toBeUndefined();
  now = 10_000;
  expect(throttle.admit('broker 1 is away')).toEqual({ repeated: 2 });
  for (let i = 0; i < 1_000; i++) throttle.admit('x'.repeat(i));
  expect(throttle.admit('broker 1 is away')).toEqual({});
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
