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
  /** The alert's. */
  readonly id: string;
  readonly sequence: number;
  readonly bytes: Buffer;
}

/** Alerts per read. */
const PAGE = 500;

export type AlertChannel = ReturnType<typeof createAlertChannel>;

/**
 * The alerts of one cache, read once for all who follow it. Alerts are committed in the order of their
 * sequence, so whoever reads those above the last it has misses none.
 * @param retryMs how long to wait after a read that failed
 * @param observer is told of what is given to those in step, not of what they catch up with
 */
export function createAlertChannel(
  cache: CacheName,
  source: AlertSource,
  log: FeedLog,
  retryMs: number,
  observer: DeliveryObserver = UNOBSERVED,
) {
  /** Those who have all up to `position` and are given what comes as it comes. */
  const inStep = new Set<Follower>();
  /** The last alert that was given to all in step; says nothing while there are none. */
  let position = 0;
  let isReading = false;
  let isWoken = false;
  /** Reads under way, by where they begin: after a restart thousands come back to the same place at once. */
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

  /** The database may be away for a while: readers stay, and get what they missed when it is back. */
  async function stubbornly(reading: () => Promise<Frame[]>, isWanted: () => boolean): Promise<Frame[]> {
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

  /** Gives all in step what is new, until there is nothing new. */
  async function readOn(): Promise<void> {
    isReading = true;
    while (isWoken && inStep.size > 0) {
      isWoken = false;
      const from = position;
      // Never a shared read: it may have begun before the commit that woke us.
      const frames = await stubbornly(
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
      // All left meanwhile and another one set the position anew: what was read need not join on to it.
      if (position !== given) return;
      given = sequence;
      position = sequence;
      const startedAt = Date.now();
      const hadReaders = inStep.size > 0;
      for (const follower of inStep) follower.give(sequence, bytes);
      if (hadReaders) observer.onDelivered({ way: 'sse', alerts: [id], startedAt, deliveredAt: Date.now() });
      // Lets the sockets take a burst instead of piling it up.
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
    /** Something may be new. */
    wake,

    /**
     * Gives a follower what it hasn't got, at its own pace, until it is in step with the others. Between the look at
     * `position` and joining nothing else runs: so there is neither a gap nor a double.
     */
    async follow(follower: Follower): Promise<void> {
      while (follower.isOpen()) {
        if (inStep.size > 0 && follower.position() >= position) return step(follower);
        const after = follower.position();
        const frames = await stubbornly(() => readShared(after), follower.isOpen);
        for (const { sequence, bytes } of frames) await follower.givePatiently(sequence, bytes);
        if (frames.length < PAGE && inStep.size === 0 && follower.isOpen()) {
          // The first: whatever was committed since its last read is read for all.
          position = follower.position();
          step(follower);
          return wake();
        }
      }
    },
  };
}
