import type { Consumer } from 'kafkajs';

const REST_MILLISECONDS = 30_000;

interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/**
 * Partitions that the broker refused (storage, rights, a log that makes no sense): each would end the client again, with
 * all else that it reads. They are left alone for a while, then tried again.
 */
export class RestingPartitions {
  private readonly until = new Map<string, number>();

  constructor(private readonly rest = REST_MILLISECONDS) {}

  get any(): boolean {
    return this.until.size > 0;
  }

  refused({ topic, partition }: TopicPartition): void {
    this.until.set(`${topic}/${partition}`, performance.now() + this.rest);
  }

  /** @param isCurrent false once the consumer crashed, or another one took over */
  pauseOn(consumer: Consumer, assigned: readonly TopicPartition[], isCurrent: () => boolean): void {
    const now = performance.now();
    const mine = new Map(assigned.map((partition) => [`${partition.topic}/${partition.partition}`, partition]));
    for (const [name, until] of this.until) {
      const partition = mine.get(name);
      // Whoever reads it now sees for itself.
      if (until <= now || partition === undefined) this.until.delete(name);
      else this.pause(consumer, partition, name, until, isCurrent);
    }
  }

  private pause(consumer: Consumer, at: TopicPartition, name: string, until: number, isCurrent: () => boolean): void {
    const paused = [{ topic: at.topic, partitions: [at.partition] }];
    consumer.pause(paused);
    setTimeout(() => {
      if (this.until.get(name) !== until || !isCurrent()) return;
      this.until.delete(name);
      consumer.resume(paused);
    }, until - performance.now()).unref();
  }
}
