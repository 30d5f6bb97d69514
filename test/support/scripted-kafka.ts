import type { EachBatchPayload, Kafka } from 'kafkajs';

type Handler = (event: {
  payload: { memberAssignment?: Record<string, number[]>; error?: Error; restart?: boolean };
}) => void;

/** A client that does what a test says: what a broker does can't be timed. */
export function scriptedKafka() {
  const handlers = new Map<string, Handler>();
  const seeks: string[] = [];
  const paused: string[] = [];
  let opened = 0;
  let eachBatch: ((payload: EachBatchPayload) => Promise<void>) | undefined;
  const nothing = async () => undefined;
  const consumer = {
    on: (name: string, handler: Handler) => handlers.set(name, handler),
    seek: ({ topic, partition, offset }: { topic: string; partition: number; offset: string }) =>
      seeks.push(`${topic}/${partition}@${offset}`),
    pause: ([{ topic, partitions }]: [{ topic: string; partitions: number[] }]) =>
      paused.push(`${topic}/${partitions[0]}`),
    resume: ([{ topic, partitions }]: [{ topic: string; partitions: number[] }]) =>
      paused.splice(paused.indexOf(`${topic}/${partitions[0]}`), 1),
    connect: nothing,
    subscribe: nothing,
    disconnect: nothing,
    commitOffsets: nothing,
    run: async (options: { eachBatch: typeof eachBatch }) => {
      eachBatch = options.eachBatch;
    },
  };
  const admin = {
    connect: nothing,
    disconnect: nothing,
    describeCluster: async () => ({ clusterId: 'c' }),
    fetchTopicOffsets: async () => [],
  };
  return {
    kafka: {
      consumer: () => {
        opened++;
        return consumer;
      },
      admin: () => admin,
    } as unknown as Kafka,
    seeks,
    /** Partitions that are not read for now. */
    paused,
    /** How many consumers were made. */
    opened: () => opened,
    /** The client gave up. */
    crash: (error: Error) => handlers.get('consumer.crash')?.({ payload: { error, restart: false } }),
    join: (memberAssignment: Record<string, number[]>) =>
      handlers.get('consumer.group_join')?.({ payload: { memberAssignment } }),
    batch: async (payload: object) => eachBatch?.(payload as EachBatchPayload),
  };
}
