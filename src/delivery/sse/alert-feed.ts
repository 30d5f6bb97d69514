import { setTimeout as delay } from 'node:timers/promises';
import { ShuttingDown } from '../../cache/contract.js';
import { CACHE_NAMES, type CacheName } from '../../domain/cache-name.js';
import type { DeliveryObserver } from '../observer.js';
import { AlertChannel, type AlertSource } from './alert-channel.js';
import { createFollower, type FeedLog, type Follower, type FollowerLimits, type StreamSink } from './alert-follower.js';
import { preface } from './alert-frames.js';

/** Times and limits of the feed; the defaults are in `DEFAULTS`. */
export interface AlertFeedTimes extends FollowerLimits {
  /** Milliseconds between the comments that keep a stream open. */
  readonly heartbeatMs: number;
  /** Milliseconds between looks at the database without being woken. */
  readonly pollMs: number;
  /** Milliseconds to wait after a read that failed. */
  readonly retryMs: number;
  /** Milliseconds in which readers can receive their last bytes when the feed stops. */
  readonly graceMs: number;
}

const DEFAULTS: AlertFeedTimes = {
  maxUnsentBytes: 1024 * 1024,
  maxStallMs: 30_000,
  heartbeatMs: 15_000,
  pollMs: 5_000,
  retryMs: 1_000,
  graceMs: 1_000,
};

/** Clients reconnect after 2 to 5 s, so not all at once. */
const RECONNECT_MS = { least: 2_000, spread: 3_000 };

/**
 * Server-sent events of the alerts. Each alert is read and encoded once, and given to all who follow its cache. `wake` is
 * called when a commit stored alerts. It may be called too often, and if a call is lost, a poll finds the alerts.
 */
export function createAlertFeed(
  source: AlertSource,
  log: FeedLog,
  times: Partial<AlertFeedTimes> = {},
  observer?: DeliveryObserver,
) {
  const settings = { ...DEFAULTS, ...times };
  const channels = new Map<CacheName, AlertChannel>(
    CACHE_NAMES.map((cache) => [cache, new AlertChannel(cache, source, log, settings.retryMs, observer)]),
  );
  const followers = new Set<Follower>();
  let isStopping = false;

  const heartbeat = setInterval(() => {
    for (const follower of followers) follower.heartbeat();
  }, settings.heartbeatMs);
  const poll = setInterval(wakeAll, settings.pollMs);

  function wakeAll(): void {
    for (const channel of channels.values()) channel.wake();
  }

  function follow(cache: CacheName, follower: Follower, opening: string): void {
    follower.write(opening);
    if (isStopping) follower.end();
    if (!follower.isOpen()) return;
    followers.add(follower);
    follower.onClosed(() => followers.delete(follower));
    void channels.get(cache)?.follow(follower);
  }

  return {
    /** A cache may have new alerts. */
    wake(cache: CacheName): void {
      channels.get(cache)?.wake();
    },

    /** The number of readers. */
    readers: () => followers.size,

    /**
     * Decides, before its first byte, where a stream begins: it contains what is committed from now on.
     * @param after the sequence of the last alert that the reader has; undefined: from now on
     * @returns a function that writes to a sink until it is closed, or dropped because nobody reads it, or the feed stops
     * @throws DatabaseAway, ShuttingDown
     */
    async open(cache: CacheName, after: number | undefined): Promise<(sink: StreamSink) => void> {
      if (isStopping) throw new ShuttingDown('the server is stopping');
      const newest = await source.newest(cache);
      if (after !== undefined && after > newest) {
        // It is from another database, or from before a restore. Waiting for that sequence would lose alerts.
        log.warn({ cache, after, newest }, 'alert-stream:ahead');
      }
      const position = Math.min(after ?? newest, newest);
      const opening = preface(retryMs(), after === undefined ? position : undefined);
      return (sink) => follow(cache, createFollower(sink, position, settings, log), opening);
    },

    /** Ends all streams, so that their readers connect to another replica. */
    async stop(): Promise<void> {
      isStopping = true;
      clearInterval(heartbeat);
      clearInterval(poll);
      const closed = [...followers].map((follower) => new Promise<void>((resolve) => follower.onClosed(resolve)));
      for (const follower of followers) follower.end();
      await Promise.race([Promise.all(closed), delay(settings.graceMs, undefined, { ref: false })]);
      for (const follower of followers) follower.destroy();
    },
  };
}

function retryMs(): number {
  return Math.round(RECONNECT_MS.least + Math.random() * RECONNECT_MS.spread);
}
