import type { Consumer, Kafka } from 'kafkajs';
import type { Assignment } from './assigned-partitions.js';
import { Membership } from './membership.js';

/** What happens to a consumer in its group. Nothing is told after `lost`. */
export interface GroupEvents {
  /** The group has assigned partitions to this member. */
  assigned(memberId: string, assignment: Assignment): void;
  /** The group is about to assign its partitions anew. */
  rebalancing(): void;
  /** Offsets without records for readers: markers of transactions, aborted or compacted records. */
  emptyBatch(partition: number, first: bigint, last: bigint): void;
  /** The client crashed, or it is no longer a member of the group. Another client has to be opened. */
  lost(error: Error): void;
}

/** Partitions that were added to a topic are noticed within this time. */
const NEW_PARTITIONS_MILLISECONDS = 10_000;

/** Bytes that are fetched of a partition at once: enough that reading seldom waits for the next fetch. */
const MOST_BYTES_PER_PARTITION = 4 * 1024 * 1024;

/** Makes a consumer that reports what its group does. The caller connects it, and runs it. */
export function openGroupConsumer(kafka: Kafka, groupId: string, events: GroupEvents): Consumer {
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: 6_000,
    heartbeatInterval: 1_000,
    rebalanceTimeout: 15_000,
    maxWaitTimeInMs: 500,
    maxBytesPerPartition: MOST_BYTES_PER_PARTITION,
    // kafkajs would restart within milliseconds and crash again; the topic reader restarts it after a pause instead.
    retry: { restartOnFailure: async () => false },
    metadataMaxAge: NEW_PARTITIONS_MILLISECONDS,
  });
  const membership = new Membership();
  let isLost = false;
  const lose = (error: Error) => {
    if (isLost) return;
    isLost = true;
    events.lost(error);
  };
  consumer.on('consumer.group_join', ({ payload: { memberId, memberAssignment } }) => {
    if (isLost) return;
    membership.joined();
    events.assigned(memberId, memberAssignment);
  });
  consumer.on('consumer.rebalancing', () => {
    membership.joining();
    if (!isLost) events.rebalancing();
  });
  consumer.on('consumer.heartbeat', () => membership.answered());
  consumer.on('consumer.fetch_start', () => {
    const problem = membership.problem();
    if (problem !== undefined) lose(new Error(problem));
  });
  consumer.on('consumer.end_batch_process', ({ payload: { partition, batchSize, firstOffset, lastOffset } }) => {
    // kafkajs gives null, against its types, if the log ends at the offset that was fetched.
    const first = firstOffset as string | null;
    if (batchSize > 0 || first === null || isLost) return;
    events.emptyBatch(partition, BigInt(first), BigInt(lastOffset));
  });
  consumer.on('consumer.crash', ({ payload }) => lose(payload.error));
  return consumer;
}
