import { nameOf, type TopicPartition } from '../../kafka/topic-partition.js';
import type { PausedPartitions } from './paused-partitions.js';

const REST_MILLISECONDS = 30_000;

/**
 * Partitions for which the broker answered an error (storage, rights, a corrupt log). Each would crash the client again,
 * with all other partitions that it reads. They are paused for a while, then tried again.
 */
export class RestingPartitions {
  private readonly until = new Map<string, number>();

  constructor(private readonly rest = REST_MILLISECONDS) {}

  /** Those that are paused now, such as `topic/0`. */
  names(): readonly string[] {
    return [...this.until.keys()];
  }

  refused(at: TopicPartition): void {
    this.until.set(nameOf(at), performance.now() + this.rest);
  }

  /** Pauses those that are assigned now for the rest of their time. */
  hold(holds: PausedPartitions, assigned: readonly TopicPartition[]): void {
    const now = performance.now();
    const mine = new Map(assigned.map((at) => [nameOf(at), at]));
    for (const [name, until] of this.until) {
      const at = mine.get(name);
      // A partition that is assigned to another member is paused by that one, if need be.
      if (until <= now || at === undefined) this.until.delete(name);
      else this.holdOne(holds, at, until);
    }
  }

  private holdOne(holds: PausedPartitions, at: TopicPartition, until: number): void {
    const release = holds.hold(at);
    setTimeout(() => {
      if (this.until.get(nameOf(at)) === until) this.until.delete(nameOf(at));
      release();
    }, until - performance.now()).unref();
  }
}
