import type { Consumer } from 'kafkajs';
import { nameOf, type TopicPartition } from '../../kafka/topic-partition.js';

interface Log {
  debug(details: object, message: string): void;
}

/**
 * Partitions that are not read for now, each for as long as anybody holds it: the client goes on with the others. To
 * wait within a batch instead would stop all partitions that the same broker has, as the client asks a broker for more
 * only when it is done with all that it got from it.
 */
export class Holds {
  private held = new Map<string, { readonly at: TopicPartition; readonly holders: Set<symbol> }>();

  /** @param consumer the one that reads now */
  constructor(
    private readonly consumer: () => Consumer,
    private readonly log: Log,
  ) {}

  /** @returns what ends it; it is of no effect if all were ended meanwhile */
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

  /** Holds it for some milliseconds. */
  holdFor(milliseconds: number, at: TopicPartition): void {
    setTimeout(this.hold(at), milliseconds).unref();
  }

  /** The partitions are assigned anew, or there is another client. */
  endAll(): void {
    const ended = [...this.held.values()];
    this.held = new Map();
    for (const { at } of ended) this.tell('resume', at);
  }

  private tell(what: 'pause' | 'resume', { topic, partition }: TopicPartition): void {
    try {
      this.consumer()[what]([{ topic, partitions: [partition] }]);
    } catch (error) {
      // The client is just giving up, which it tells next: then all are assigned anew.
      this.log.debug({ err: error, topic, partition }, 'kafka:not-held');
    }
  }
}
