import type pg from 'pg';
import { tellingAway } from '../database/away.js';
import type { CacheName } from '../domain/cache-name.js';
import type { RetractCommand } from '../domain/commands.js';
import type { RetractAnswer } from '../domain/views.js';
import type { Answers } from '../reads/answers.js';
import type { CacheQueue } from './cache-queue.js';
import { commitReport } from './commit/commit-report.js';
import type { Stretch, StretchOutcome } from './commit/stretch.js';
import { isRetractionByUuid, keepPending, retractionOf, takePending } from './judging/early-retraction.js';
import { type CacheObserver, observed } from './observer.js';

export interface RetractionsOptions {
  readonly pool: pg.Pool;
  /** Retractions per detector and minute; 0: no limit. */
  readonly quota: number;
  readonly observer: CacheObserver;
  readonly answers: Pick<Answers, 'again' | 'cacheOf'>;
  queueOf(cache: CacheName): CacheQueue;
}

/**
 * Retractions by uuid. Each goes to the cache that holds the observation, whatever cache the message names; one whose
 * observation has not come in yet is kept until it does.
 */
export function createRetractions({ pool, quota, observer, answers, queueOf }: RetractionsOptions) {
  const cacheOf = (uuid: string) => tellingAway(() => answers.cacheOf(uuid));

  return {
    async retract(command: RetractCommand): Promise<RetractAnswer> {
      if (!isRetractionByUuid(command)) return queueOf(command.cache).submit(command);
      for (;;) {
        const cache = await cacheOf(command.target.uuid);
        if (cache !== undefined) return queueOf(cache).submit(command);
        const kept = await observed(
          observer,
          'none',
          () => keepPending(pool, command, quota),
          (done) =>
            done === 'seen'
              ? undefined
              : commitReport({ commands: new Map([[command, done === 'kept' ? 'accepted' : done]]), stretches: [] }),
        );
        if (kept === 'duplicate') return answers.again(command) as Promise<RetractAnswer>;
        if (kept === 'kept') return { duplicate: false, pending: true, retracted: [], sub_groups: [], alerts: [] };
        // The observation came in meanwhile: the next look finds its cache.
      }
    },

    /** The same for a stretch of a stream that holds one retraction. */
    async take(stretch: Stretch): Promise<StretchOutcome> {
      const { target } = retractionOf(stretch);
      for (;;) {
        const cache = await cacheOf(target.uuid);
        if (cache !== undefined) return queueOf(cache).submit(stretch);
        const taken = await observed(
          observer,
          'none',
          () => takePending(pool, stretch, quota),
          (done) =>
            done === 'seen' ? undefined : commitReport({ commands: done.fates, stretches: [[stretch, done.outcome]] }),
        );
        if (taken !== 'seen') return taken.outcome;
      }
    },
  };
}
