import fetchRequests, {
  type FetchRequest,
  type FetchResponseReader,
} from 'kafkajs/src/protocol/requests/fetch/index.js';
import fetchV0 from 'kafkajs/src/protocol/requests/fetch/v0/response.js';
import { decodeFetchResponse, type FetchedFrom, type FetchResponse } from './records/fetch-response.js';
import { nameOf, type TopicPartition } from './topic-partition.js';

/** The version of Fetch since Kafka 0.11. */
const FIRST_VERSION = 4;

/** For how long the error of a partition is withheld while other partitions have records. */
const FORBEARANCE_MILLISECONDS = 1_000;

/**
 * kafkajs fails on a whole response, with all its partitions, if one batch in it is unreadable or compressed with anything but
 * gzip, or if the broker answers an error for one partition. It does not limit the size of decompressed batches, and does
 * not verify checksums. With this change records/ decodes the responses: records start at the offset that was fetched, an
 * unreadable batch is replaced by a placeholder (see `unreadableBatch`), and the error of one partition is withheld for a
 * moment while others have records. kafkajs has no option for this, so its internals are changed and its version is pinned.
 */
export function readBatches(): void {
  const others = new Others();
  const { protocol } = fetchRequests;
  fetchRequests.protocol = ({ version }) => {
    const make = protocol({ version });
    if (version < FIRST_VERSION) return make;
    return (asked) => {
      const from = fetchedFrom(asked);
      const response: FetchResponseReader = {
        decode: (raw) => decodeFetchResponse(raw, version, from),
        parse: async (data) => await parse(others.first(data)),
      };
      return { ...make(asked), response };
    };
  };
}

function fetchedFrom({ topics }: FetchRequest): FetchedFrom {
  const offsets = new Map(
    topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, fetchOffset }) => [nameOf({ topic, partition }), BigInt(fetchOffset)]),
    ),
  );
  return (topic, partition) => offsets.get(nameOf({ topic, partition })) ?? 0n;
}

const refused = new WeakMap<object, TopicPartition>();

/** The partition for which the broker answered the error that crashed a consumer; undefined if there is none. */
export function refusedPartition(error: unknown): TopicPartition | undefined {
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

/** Withholds the errors of partitions while other partitions have records, for a limited time. */
class Others {
  /** Since when the error of each partition has been withheld. */
  private readonly since = new Map<string, number>();

  first(data: FetchResponse): FetchResponse {
    const partitions = data.responses.flatMap(({ topicName, partitions }) =>
      partitions.map((partition) => ({
        name: nameOf({ topic: topicName, partition: partition.partition }),
        ...partition,
      })),
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
