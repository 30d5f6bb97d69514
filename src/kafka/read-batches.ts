import fetchV0 from 'kafkajs/src/protocol/requests/fetch/v0/response.js';
import fetchV4 from 'kafkajs/src/protocol/requests/fetch/v4/response.js';
import fetchV5 from 'kafkajs/src/protocol/requests/fetch/v5/response.js';
import fetchV6 from 'kafkajs/src/protocol/requests/fetch/v6/response.js';
import fetchV7 from 'kafkajs/src/protocol/requests/fetch/v7/response.js';
import fetchV8 from 'kafkajs/src/protocol/requests/fetch/v8/response.js';
import fetchV9 from 'kafkajs/src/protocol/requests/fetch/v9/response.js';
import fetchV10 from 'kafkajs/src/protocol/requests/fetch/v10/response.js';
import fetchV11 from 'kafkajs/src/protocol/requests/fetch/v11/response.js';
import { decodeFetchResponse, type FetchResponse } from './records/fetch-response.js';

/** Brokers since Kafka 0.11 speak one of these. */
const VERSIONS = [fetchV4, fetchV5, fetchV6, fetchV7, fetchV8, fetchV9, fetchV10, fetchV11];
const FIRST_VERSION = 4;

const FORBEARANCE_MILLISECONDS = 1_000;

/**
 * kafkajs fails on the whole answer, of all partitions, if one batch in it is compressed with anything but gzip, or can't
 * be read, or if the broker says an error of one partition. It has no bound on what comes out of a batch, and looks at no
 * checksum. Here answers are read by what stands in records/: a batch that can't be read is replaced by a placeholder (see
 * `unreadableBatch`), and errors of one partition wait a moment while others have records. kafkajs has no option for
 * this: what it does inside is altered, so its version is pinned.
 */
export function readBatches(): void {
  const others = new Others();
  for (const [i, response] of VERSIONS.entries()) {
    response.decode = (raw) => decodeFetchResponse(raw, FIRST_VERSION + i);
    response.parse = async (data) => await parse(others.first(data));
  }
}

const refused = new WeakMap<object, RefusedPartition>();

export interface RefusedPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Of which partition the broker said the error that ended a consumer; undefined: of none. */
export function refusedPartition(error: unknown): RefusedPartition | undefined {
  if (!(error instanceof Error)) return undefined;
  return refused.get(error) ?? refusedPartition(error.cause);
}

async function parse(data: FetchResponse): Promise<FetchResponse> {
  try {
    return await fetchV0.parse(data);
  } catch (error) {
    const all = data.responses.flatMap(({ topicName: topic, partitions }) =>
      partitions.map(({ partition, errorCode }) => ({ topic, partition, errorCode })),
    );
    const failed = all.find(({ errorCode }) => errorCode !== 0);
    if (failed !== undefined) refused.set(error as Error, { topic: failed.topic, partition: failed.partition });
    throw error;
  }
}

/** Lets partitions that have records go first before those of which the broker says an error. */
class Others {
  /** Since when which partition has been passed over. */
  private readonly since = new Map<string, number>();

  first(data: FetchResponse): FetchResponse {
    const partitions = data.responses.flatMap(({ topicName, partitions }) =>
      partitions.map((partition) => ({ name: `${topicName}/${partition.partition}`, ...partition })),
    );
    const failed = partitions.filter(({ errorCode }) => errorCode !== 0);
    if (failed.length === 0 || !partitions.some(({ messages }) => messages.length > 0)) return data;
    const now = performance.now();
    const waited = failed.map(({ name }) => now - (this.since.get(name) ?? now));
    if (waited.some((milliseconds) => milliseconds >= FORBEARANCE_MILLISECONDS)) {
      for (const { name } of failed) this.since.delete(name);
      return data;
    }
    for (const { name } of failed) if (!this.since.has(name)) this.since.set(name, now);
    const responses = data.responses.map(({ topicName, partitions }) => ({
      topicName,
      partitions: partitions.filter(({ errorCode }) => errorCode === 0),
    }));
    return { ...data, responses };
  }
}
