import type { Consumer } from 'kafkajs';
import type { Log } from '../../domain/log.js';
import { nameOf, type TopicPartition } from '../../kafka/topic-partition.js';

const SHOW_MILLISECONDS = 1_000;

/** Commits offsets to the broker, only for tools that show the lag. A failure does no harm. */
export function createLagDisplay(log: Log) {
  const positions = new Map<string, TopicPartition & { offset: string }>();
  let timer: NodeJS.Timeout | undefined;

  async function show(consumer: Consumer): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (positions.size === 0) return;
    const offsets = [...positions.values()];
    positions.clear();
    await consumer.commitOffsets(offsets).catch((error) => log.debug({ err: error }, 'kafka:lag-not-shown'));
  }

  return {
    /** Commits the position within a second, together with others. */
    showSoon(consumer: Consumer, at: TopicPartition, position: bigint): void {
      positions.set(nameOf(at), { ...at, offset: String(position) });
      timer ??= setTimeout(() => void show(consumer), SHOW_MILLISECONDS);
    },
    show,
  };
}
