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

export type AlertChannel = ReturnType<typeof createAlertChannel>;

/**
 * The alerts of one cache, read once for all followers. Alerts are committed in the order of their sequence, so a read
 * of those above a sequence misses none.
 * @param retryMs how long to wait after a read that failed
 * @param observer is told of alerts for the followers in step, not of those with which followers catch up
 */
export function createAlertChannel(
  cache: CacheName,
  source: AlertSource,
  log: FeedLog,
  retryMs: number,
  observer: DeliveryObserver = UNOBSERVED,
) {
  /** Followers that have all alerts up to `position` and get new ones at once. */
  const inStep = new Set<Follower>();
  /** The last alert that all followers in step got; without meaning while there are none. */
  let position = 0;
  let isReading = false;
  let isWoken = false;
  /** Running reads by where they begin: after a restart thousands of clients resume at the same place. */
  const sharedReads = new Map<number, Promise<Frame[]>>();

  async function read(after: number): Promise<Frame[]> {
    const alerts = await source.after(cache, after, PAGE);
    return alerts.map((alert) => ({ id: alert.id, sequence: alert.sequence, bytes: alertFrame(alert) }));
  }

  function readShared(after: number): Promise<Frame[]> {
    const underWay = sharedReads.get(after);
    if (underWay !== undefined) return underWay;
    const begun = read(after).finally(() => sharedReads.delete(after));
    sharedReads.set(after, begun);
    return begun;
  }

  /** While the database is away followers stay, and get what they missed when it is back. */
  async function readWithRetry(reading: () => Promise<Frame[]>, isWanted: () => boolean): Promise<Frame[]> {
    while (isWanted()) {
      try {
        return await reading();
      } catch (error) {
        log.warn({ err: error, cache }, 'alert-feed:read-failed');
        await delay(retryMs);
      }
    }
    return [];
  }

  /** Gives new alerts to all followers in step, until there are none. */
  async function readOn(): Promise<void> {
    isReading = true;
    while (isWoken && inStep.size > 0) {
      isWoken = false;
      const from = position;
      // Not a shared read, which may have begun before the commit of the new alert.
      const frames = await readWithRetry(
        () => read(from),
        () => inStep.size > 0,
      );
      if (frames.length > 0) isWoken = true;
      await giveAll(from, frames);
    }
    isReading = false;
  }

  async function giveAll(from: number, frames: readonly Frame[]): Promise<void> {
    let given = from;
    for (const { id, sequence, bytes } of frames) {
      // All followers left meanwhile, and a new one set another position, which what was read may not follow.
      if (position !== given) return;
      given = sequence;
      position = sequence;
      const startedAt = Date.now();
      const hadReaders = inStep.size > 0;
      for (const follower of inStep) follower.give(sequence, bytes);
      if (hadReaders) observer.onDelivered({ output: 'sse', alerts: [id], startedAt, deliveredAt: Date.now() });
      // So that the sockets can send what they have got of a burst.
      await nextTurn();
    }
  }

  function wake(): void {
    isWoken = true;
    if (!isReading) void readOn();
  }

  function step(follower: Follower): void {
    inStep.add(follower);
    follower.onClosed(() => inStep.delete(follower));
  }

  return {
    /** There may be new alerts. */
    wake,

    /**
     * Gives a follower what it has not got, at its own pace, until it is in step with the others. No other code runs
     * between the comparison with `position` and the joining, so there is neither a gap nor a duplicate.
     */
    async follow(follower: Follower): Promise<void> {
      while (follower.isOpen()) {
        if (inStep.size > 0 && follower.position() >= position) return step(follower);
        const after = follower.position();
        const frames = await readWithRetry(() => readShared(after), follower.isOpen);
        for (const { sequence, bytes } of frames) await follower.givePatiently(sequence, bytes);
        if (frames.length < PAGE && inStep.size === 0 && follower.isOpen()) {
          // It is the first in step: what was committed since its last read is read for all.
          position = follower.position();
          step(follower);
          return wake();
        }
      }
    },
  };
}
