import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';

/** A consumer asked for an offset that the log does not have. */
export interface OffsetOutOfRange {
  /** Of the consumer, in its group. */
  readonly memberId: string | null;
  readonly topic: string;
  readonly partition: number;
}

/** Returns true if it handles the event: the partition stays paused, and the listener decides where to read on. */
type Listener = (event: OffsetOutOfRange) => boolean;

const listeners = new Set<Listener>();

/**
 * kafkajs goes to the beginning or the end of the log by itself if an offset is out of range, without an event: a reader
 * would skip records. With this change it pauses the partition and calls the listeners. kafkajs has no option for this, so
 * its internals are changed and its version is pinned.
 */
export function tellOffsetsOutOfRange(): void {
  const recover = ConsumerGroup.prototype.recoverFromOffsetOutOfRange;
  ConsumerGroup.prototype.recoverFromOffsetOutOfRange = async function (error) {
    const { topic, partition } = error;
    // Before the listeners are called, as one of them may resume it at once.
    this.pause([{ topic, partitions: [partition] }]);
    const { memberId } = this;
    if ([...listeners].some((listener) => listener({ memberId, topic, partition }))) return;
    this.resume([{ topic, partitions: [partition] }]);
    await recover.call(this, error);
  };
}

/** Adds a listener. @returns removes it */
export function onOffsetOutOfRange(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
