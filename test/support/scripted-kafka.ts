import type { EachBatchPayload, Kafka } from 'kafkajs';

type Handler = (event: { payload: { memberAssignment: Record<string, number[]> } }) => void;

/** A client that does what a test says: what a broker does can't be timed. */
export function scriptedKafka() {
  const handlers = new Map<string, Handler>();
  const seeks: string[] = [];
  let eachBatch: ((payload: EachBatchPayload) => Promise<void>) | undefined;
  const nothing = async () => undefined;
  const consumer = {
    on: (name: string, handler: Handler) => handlers.set(name, handler),
    seek: ({ topic, partition, offset }: { topic: string; partition: number; offset: string }) =>
      seeks.push(`${topic}/${partition}@${offset}`),
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
    kafka: { consumer: () => consumer, admin: () => admin } as unknown as Kafka,
    seeks,
    join: (memberAssignment: Record<string, number[]>) =>
      handlers.get('consumer.group_join')?.({ payload: { memberAssignment } }),
    batch: async (payload: object) => eachBatch?.(payload as EachBatchPayload),
  };
}
