import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { CacheName } from '../../domain/cache-name.js';
import type { AlertView } from '../../domain/views.js';
import { type DeliveryObserver, UNOBSERVED } from '../observer.js';
import type { FeedLog, Follower } from './alert-follower.js';
import { alertFrame } from './alert-frames.js';

/** Where alerts are read from, in the order of their sequence. */
export interface AlertSource {
  /** At most `limit` alerts that follow a sequence. */
  after(cache: CacheName, sequence: number, limit: number): Promise<readonly AlertView[]>;
  /** The sequence of the newest alert; 0 before the first. */
  newest(cache: CacheName): Promise<number>;
}

interface Frame {
  /** The id of the alert. */
  readonly id: string;
  readonly sequence: number;
  readonly bytes: Buffer;
}

/** Alerts per read. */
const PAGE = 500;

/**
 * The alerts of one cache, read once for all followers. Alerts are committed in the order of their sequence, so a read
 * of those above a sequence misses none.
 */
export class AlertChannel {
  /** Followers that have all alerts up to `position` and get new ones at once. */
  private readonly inStep = new Set<Follower>();
  /** The last alert that all followers in step got; without meaning while there are none. */
  private position = 0;
  private isReading = false;
  private isWoken = false;
  /** Running reads by where they begin: after a restart thousands of clients resume at the same place. */
  private readonly sharedReads = new Map<number, Promise<Frame[]>>();

  /**
   * @param retryMs how long to wait after a read that failed
   * @param observer is told of alerts for the followers in step, not of those with which followers catch up
   */
  constructor(
    private readonly cache: CacheName,
    private readonly source: AlertSource,
    private readonly log: FeedLog,
    private readonly retryMs: number,
    private readonly observer: DeliveryObserver = UNOBSERVED,
  ) {}

  /** There may be new alerts. */
  wake(): void {
    this.isWoken = true;
    if (!this.isReading) void this.readOn();
  }

  /**
   * Gives a follower what it has not got, at its own pace, until it is in step with the others. No other code runs
   * between the comparison with `position` and the joining, so there is neither a gap nor a duplicate.
   */
  async follow(follower: Follower): Promise<void> {
    while (follower.isOpen()) {
      if (this.inStep.size > 0 && follower.position() >= this.position) return this.join(follower);
      const after = follower.position();
      const frames = await this.readWithRetry(() => this.readShared(after), follower.isOpen);
      for (const { sequence, bytes } of frames) await follower.givePatiently(sequence, bytes);
      if (frames.length < PAGE && this.inStep.size === 0 && follower.isOpen()) {
        // It is the first in step: what was committed since its last read is read for all.
        this.position = follower.position();
        this.join(follower);
        return this.wake();
      }
    }
  }

  private join(follower: Follower): void {
    this.inStep.add(follower);
    follower.onClosed(() => this.inStep.delete(follower));
  }

  /** Gives new alerts to all followers in step, until there are none. */
  private async readOn(): Promise<void> {
    this.isReading = true;
    while (this.isWoken && this.inStep.size > 0) {
      this.isWoken = false;
      const from = this.position;
      // Not a shared read, which may have begun before the commit of the new alert.
      const frames = await this.readWithRetry(
        () => this.read(from),
        () => this.inStep.size > 0,
      );
      if (frames.length > 0) this.isWoken = true;
      await this.giveAll(from, frames);
    }
    this.isReading = false;
  }

  private async giveAll(from: number, frames: readonly Frame[]): Promise<void> {
    let given = from;
    for (const { id, sequence, bytes } of frames) {
      // All followers left meanwhile, and a new one set another position, which what was read may not follow.
      if (this.position !== given) return;
      given = sequence;
      this.position = sequence;
      const startedAt = Date.now();
      const hadReaders = this.inStep.size > 0;
      for (const follower of this.inStep) follower.give(sequence, bytes);
      if (hadReaders) this.observer.onDelivered({ output: 'sse', alerts: [id], startedAt, deliveredAt: Date.now() });
      // So that the sockets can send what they have got of a burst.
      await nextTurn();
    }
  }

  private async read(after: number): Promise<Frame[]> {
    const alerts = await this.source.after(this.cache, after, PAGE);
    return alerts.map((alert) => ({ id: alert.id, sequence: alert.sequence, bytes: alertFrame(alert) }));
  }

  private readShared(after: number): Promise<Frame[]> {
    const underWay = this.sharedReads.get(after);
    if (underWay !== undefined) return underWay;
    const begun = this.read(after).finally(() => this.sharedReads.delete(after));
    this.sharedReads.set(after, begun);
    return begun;
  }

  /** While the database is away followers stay, and get what they missed when it is back. */
  private async readWithRetry(reading: () => Promise<Frame[]>, isWanted: () => boolean): Promise<Frame[]> {
    while (isWanted()) {
      try {
        return await reading();
      } catch (error) {
        this.log.warn({ err: error, cache: this.cache }, 'alert-feed:read-failed');
        await delay(this.retryMs);
      }
    }
    return [];
  }
}
