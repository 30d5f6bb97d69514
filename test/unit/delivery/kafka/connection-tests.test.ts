import type { Kafka } from 'kafkajs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createConnectionTestEcho } from '../../../../src/delivery/kafka/connection-tests.js';
import { captureLog } from '../../../support/logs.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A broker that may be away, and the answers that it has. */
function broker() {
  const state = { isAway: false, connects: 0, answers: [] as string[], isClosed: false };
  const producer = {
    async connect() {
      state.connects++;
      if (state.isAway) throw new Error('away');
    },
    async send({ topic, messages }: { topic: string; messages: { value: string; headers: object }[] }) {
      if (state.isAway) throw new Error('away');
      state.answers.push(...messages.map(({ value, headers }) => `${topic} ${value} ${Object.keys(headers).join()}`));
    },
    async disconnect() {
      state.isClosed = true;
    },
  };
  return { state, kafka: { producer: () => producer } as unknown as Kafka };
}

it('is answered a second later, over one connection', async () => {
  const { state, kafka } = broker();
  const { log } = captureLog();
  const { echo, stop } = createConnectionTestEcho(kafka, 'tests', 'snews', log);
  echo('{"a":1}');
  echo('{"b":2}');
  await vi.advanceTimersByTimeAsync(999);
  expect(state.answers).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(state.answers).toEqual(['{"a":1}', '{"b":2}'].map((value) => expect.stringContaining(`tests ${value} _id`)));
  expect(state.connects).toBe(1);
  await stop();
});

it('is not answered while the broker is away, nor later on: the next one is, over another connection', async () => {
  const { state, kafka } = broker();
  const { log, messages } = captureLog();
  const { echo, stop } = createConnectionTestEcho(kafka, 'tests', 'snews', log);
  state.isAway = true;
  echo('{"lost":1}');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(messages('warn')).toEqual(['kafka:connection-test-not-answered']);
  state.isAway = false;
  echo('{"a":1}');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state.answers).toEqual([expect.stringContaining('{"a":1}')]);
  expect(state.connects).toBe(2);
  await stop();
});

it('is not answered any more after a stop', async () => {
  const { state, kafka } = broker();
  const { echo, stop } = createConnectionTestEcho(kafka, 'tests', 'snews', captureLog().log);
  echo('{"a":1}');
  await stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state).toMatchObject({ answers: [], isClosed: true });
});
