import type pg from 'pg';
import { CACHE_NAMES, type CacheName } from '../domain/cache-name.js';
import type { Answers } from '../reads/answers.js';
import { type AlertListener, CacheQueue, type CacheQueueOptions } from './cache-queue.js';
import { probeLocks } from './commit/probe.js';
import type { Stretch, StretchOutcome } from './commit/stretch.js';
import { type CacheService, ShuttingDown } from './contract.js';
import { createArchive } from './judging/archive-message.js';
import { type CacheObserver, UNOBSERVED } from './observer.js';
import { createResets } from './resets.js';
import { createRetractions } from './retractions.js';
import type { CacheSettings } from './settings.js';

export interface CacheServiceOptions {
  readonly pool: pg.Pool;
  /** Reads the answers to messages that were received before. */
  readonly answers: Answers;
  readonly settings: CacheSettings;
  /** By default nobody is told. */
  readonly observer?: CacheObserver;
  readonly log: CacheQueueOptions['log'];
}

/**
 * The caches as one service. Each command goes to the queue whose lock it needs: that of a cache, or the archive's for
 * what changes no table.
 */
export function createCacheService(options: CacheServiceOptions): CacheService {
  const { pool, answers, settings, observer = UNOBSERVED, log } = options;
  const listeners: AlertListener[] = [];
  const queues = new Map(
    CACHE_NAMES.map((cache) => [cache, new CacheQueue(cache, { pool, settings, observer, answers, listeners, log })]),
  );
  const queueOf = (cache: CacheName) => queues.get(cache) as CacheQueue;
  const archive = createArchive(pool, settings.detectorQuota, observer);
  const retractions = createRetractions({ pool, quota: settings.detectorQuota, observer, answers, queueOf });
  const resets = createResets({ answers, queueOf, isStopping: () => stopping });
  const underWay = new Set<Promise<unknown>>();
  let stopping = false;

  /** Counts what is under way, so that a stop can wait for it. */
  function admit<T>(work: () => Promise<T>): Promise<T> {
    if (stopping) return Promise.reject(new ShuttingDown('the server is stopping: send it again in a moment'));
    const done = work();
    underWay.add(done);
    const forget = () => underWay.delete(done);
    done.then(forget, forget);
    return done;
  }

  /** The lane of a stretch tells which lock its commands need. */
  async function take(stretch: Stretch): Promise<StretchOutcome> {
    if (stretch.lane === 'archive') return archive.take(stretch);
    if (stretch.lane === 'retraction') return retractions.take(stretch);
    return queueOf(stretch.lane).submit(stretch);
  }

  /** Takes the stretch's locks, and then goes the way of the stretch without its records: so what is due expires. */
  async function probe(stretch: Stretch): Promise<StretchOutcome> {
    const outcome = await probeLocks(pool, stretch);
    if (outcome.kind === 'moved' || stretch.lane === 'retraction') return outcome;
    return await take({ ...stretch, next: stretch.expected, items: [] });
  }

  return {
    observe: (command) => admit(() => queueOf(command.cache).submit(command)),
    retract: (command) => admit(() => retractions.retract(command)),
    archive: (command) => admit(() => archive.keep(command)),
    take: (stretch) => admit(() => take(stretch)),
    probe: (stretch) => admit(() => probe(stretch)),
    reset: (command) => admit(() => resets.reset(command)),
    undoReset: (command) => admit(() => resets.undo(command)),
    goOnUndoing: () => admit(resets.goOnUndoing),
    mute: (command) => admit(() => queueOf(command.cache).submit(command)),
    expire: (cache) => admit(() => queueOf(cache).expire()),
    onAlerts: (listener) => {
      listeners.push(listener);
    },
    async stop() {
      stopping = true;
      await Promise.allSettled(underWay);
    },
  };
}
