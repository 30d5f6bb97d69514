import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';

/** A consumer asked for an offset that the log does not have. */
export interface OffsetOutOfRange {
  /** Of the consumer, in its group. */
  readonly memberId: string | null;
  readonly topic: string;
  readonly partition: number;
}

/** True if the listener sees to it: the partition is paused, and it decides where to read on. */
type Listener = (event: OffsetOutOfRange) => boolean;

const listeners = new Set<Listener>();

/**
 * kafkajs goes to the log's beginning by itself where an offset is out of range, and tells nobody: a reader that waits
 * for its position would pass over all that comes before. Here it stops at that partition, for whoever listens. kafkajs
 * has no option for this: what it does inside is altered, so its version is pinned.
 */
export function tellOffsetsOutOfRange(): void {
  const recover = ConsumerGroup.prototype.recoverFromOffsetOutOfRange;
  ConsumerGroup.prototype.recoverFromOffsetOutOfRange = async function (error) {
    const { topic, partition } = error;
    // First, for the listener may let it go on at once.
    this.pause([{ topic, partitions: [partition] }]);
    const { memberId } = this;
    if ([...listeners].some((listener) => listener({ memberId, topic, partition }))) return;
    this.resume([{ topic, partitions: [partition] }]);
    await recover.call(this, error);
  };
}

/** Until the function that it returns is called. */
export function onOffsetOutOfRange(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
