import type { Consumer } from 'kafkajs';
import type { Log } from '../../domain/log.js';
import { nameOf, type TopicPartition } from '../../kafka/topic-partition.js';

/**
 * Partitions that are paused. Several parts may hold a partition; it is resumed when the last of them releases it. The
 * client goes on reading the other partitions. To wait within a batch instead would stop all partitions of the same
 * broker, since the client fetches from a broker again only after it has processed all that it got from it.
 */
export class PausedPartitions {
  private held = new Map<string, { readonly at: TopicPartition; readonly holders: Set<symbol> }>();

  /** @param consumer gives the client that reads at the moment */
  constructor(
    private readonly consumer: () => Consumer,
    private readonly log: Log,
  ) {}

  /** @returns releases the partition; has no effect after `endAll` */
  hold(at: TopicPartition): () => void {
    const { held } = this;
    const name = nameOf(at);
    const { holders } = held.get(name) ?? { holders: new Set() };
    const holder = Symbol(name);
    holders.add(holder);
    if (!held.has(name)) {
      held.set(name, { at, holders });
      this.tell('pause', at);
    }
    return () => {
      if (this.held !== held || !holders.delete(holder) || holders.size > 0) return;
      held.delete(name);
      this.tell('resume', at);
    };
  }

  /** Holds a partition for a time. */
  holdFor(milliseconds: number, at: TopicPartition): void {
    setTimeout(this.hold(at), milliseconds).unref();
  }

  /** Releases all partitions: they are assigned anew, or another client takes over. */
  endAll(): void {
    const ended = [...this.held.values()];
    this.held = new Map();
    for (const { at } of ended) this.tell('resume', at);
  }

  private tell(what: 'pause' | 'resume', { topic, partition }: TopicPartition): void {
    try {
      this.consumer()[what]([{ topic, partitions: [partition] }]);
    } catch (error) {
      // The client is crashing. It reports that next, and all partitions are assigned anew.
      this.log.debug({ err: error, topic, partition }, 'kafka:not-held');
    }
  }
}
