import type { EachBatchPayload, Kafka } from 'kafkajs';
import type { ReadRecord } from '../../src/cache/commit/stretch.js';
import type { StreamStart, StreamStarts } from '../../src/intake/kafka/positions.js';

type Handler = (event: { payload: object }) => void;

/** A client that does what a test says: what a broker does can't be timed. */
export function scriptedKafka() {
  const handlers = new Map<string, Handler>();
  const seeks: string[] = [];
  const paused: string[] = [];
  let opened = 0;
  let runs = 0;
  const waiting = new Set<() => void>();
  let eachBatch: ((payload: EachBatchPayload) => Promise<void>) | undefined;
  const nothing = async () => undefined;
  const bounds = new Map<number, { low: number; high: number }>();
  const consumer = {
    on: (name: string, handler: Handler) => handlers.set(name, handler),
    seek: ({ topic, partition, offset }: { topic: string; partition: number; offset: string }) =>
      seeks.push(`${topic}/${partition}@${offset}`),
    pause([one]: { topic: string; partitions: number[] }[]) {
      const name = `${one?.topic}/${one?.partitions}`;
      if (!paused.includes(name)) paused.push(name);
    },
    resume: ([one]: { topic: string; partitions: number[] }[]) => {
      const at = paused.indexOf(`${one?.topic}/${one?.partitions}`);
      if (at >= 0) paused.splice(at, 1);
    },
    connect: nothing,
    subscribe: nothing,
    disconnect: nothing,
    commitOffsets: nothing,
    run: async (options: { eachBatch: typeof eachBatch }) => {
      eachBatch = options.eachBatch;
      runs++;
      for (const look of waiting) look();
    },
  };
  const admin = {
    connect: nothing,
    disconnect: nothing,
    describeCluster: async () => ({ clusterId: 'c' }),
    fetchTopicOffsets: async () =>
      [...bounds].map(([partition, { low, high }]) => ({ partition, low: String(low), high: String(high) })),
  };
  return {
    kafka: {
      consumer: () => {
        opened++;
        return consumer;
      },
      admin: () => admin,
    } as unknown as Kafka,
    consumer,
    seeks,
    /** Partitions that are not read for now. */
    paused,
    /** How many consumers were made. */
    opened: () => opened,
    /** Resolves when so many consumers have begun to read. */
    untilRunning: (times = 1) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (runs >= times) resolve();
        };
        waiting.add(look);
        look();
      }),
    /** The client gave up. */
    crash: (error: Error) => handlers.get('consumer.crash')?.({ payload: { error, restart: false } }),
    /** Of the log of each partition. */
    bounds,
    join: (memberAssignment: Record<string, number[]>) =>
      handlers.get('consumer.group_join')?.({ payload: { memberId: 'm', memberAssignment } }),
    tell: (name: string, payload: object = {}) => handlers.get(`consumer.${name}`)?.({ payload }),
    batch: async (payload: object) => eachBatch?.(payload as EachBatchPayload),
  };
}

const nothing = () => undefined;

/** Commands of the topic that do nothing. */
export const noRemoteEffects = {
  echo: nothing,
  displayHeartbeats: nothing,
  giveFeedback: nothing,
  changeBrokers: nothing,
};

/** What a reader of the topics needs beside what its test is about. */
export const readerDefaults = {
  groupId: 'g',
  prepare: async () => undefined,
  guard: { admit: () => 'none set' as const },
  remote: noRemoteEffects,
  allowedBrokers: [],
  commandMaxAge: 3_600_000,
};

/** Nothing is stored, and nobody doubts where partitions begin. */
export function startsAt(
  establish: () => Promise<Map<number, bigint>>,
  record?: ReadRecord,
): Pick<StreamStarts, keyof StreamStarts> {
  const certain = async () => {
    throw new Error('nobody doubted the position');
  };
  return {
    missing: () => undefined,
    settleFirst: async () => undefined,
    establish: async () => {
      const positions = await establish();
      return new Map(
        [...positions].map(([partition, position]): [number, StreamStart] => [partition, startAt(position, record)]),
      );
    },
    settle: certain,
    beginAnew: certain,
    remember: async () => undefined,
  };
}

/** At the beginning of a log, or behind a record of it. */
function startAt(position: bigint, record: ReadRecord | undefined): StreamStart {
  return { position, record, low: record?.offset ?? position, high: position };
}
