import fetchRequests from 'kafkajs/src/protocol/requests/fetch/index.js';
import { afterEach, expect, test, vi } from 'vitest';
import { readBatches } from '../../../src/kafka/read-batches.js';
import { batchBytes, fetchAnswer } from '../../support/batch-bytes.js';

afterEach(() => {
  vi.useRealTimers();
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

/** What kafkajs makes of an answer. */
async function parsed(raw: Buffer) {
  const { response } = fetchRequests.protocol({ version: 11 })({ topics: [] });
  return await response.parse(await response.decode(raw));
}
