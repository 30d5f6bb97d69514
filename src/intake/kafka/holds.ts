import type { Consumer } from 'kafkajs';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

interface Log {
  debug(details: object, message: string): void;
}

/**
 * Partitions that are not read for now, each for as long as anybody holds it: the client goes on with the others. To
 * wait within a batch instead would stop all partitions that the same broker has, as the client asks a broker for more
 * only when it is done with all that it got from it.
 */
export class Holds {
  private held = new Map<string, Set<symbol>>();

  /** @param consumer the one that reads now */
  constructor(
    private readonly consumer: () => Consumer,
    private readonly log: Log,
  ) {}

  /** @returns what ends it; it is of no effect if all were ended meanwhile */
  hold(at: TopicPartition): () => void {
    const { held } = this;
    const key = keyOf(at);
    const holders = held.get(key) ?? new Set();
    const holder = Symbol(key);
    holders.add(holder);
    if (!held.has(key)) {
      held.set(key, holders);
      this.tell('pause', at);
    }
    return () => {
      if (this.held !== held || !holders.delete(holder) || holders.size > 0) return;
      held.delete(key);
      this.tell('resume', at);
    };
  }

  /** Holds it for some milliseconds. */
  holdFor(milliseconds: number, at: TopicPartition): void {
    setTimeout(this.hold(at), milliseconds).unref();
  }

  /** The partitions are assigned anew, or there is another client. */
  endAll(): void {
    const keys = [...this.held.keys()];
    this.held = new Map();
    for (const key of keys) this.tell('resume', partitionOf(key));
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

function keyOf({ topic, partition }: TopicPartition): string {
  return `${partition}/${topic}`;
}

function partitionOf(key: string): TopicPartition {
  const end = key.indexOf('/');
  return { topic: key.slice(end + 1), partition: Number(key.slice(0, end)) };
}
