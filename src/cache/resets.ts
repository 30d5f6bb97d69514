import { tellingAway } from '../database/away.js';
import type { CacheName } from '../domain/cache-name.js';
import type { ResetCommand, UndoResetCommand } from '../domain/commands.js';
import type { ResetAnswer, ResetView } from '../domain/views.js';
import type { Answers } from '../reads/answers.js';
import type { CacheQueue } from './cache-queue.js';
import { unknownReset } from './judging/undo.js';

/** So long a request to undo a reset is worked on before it is answered; so long, too, others' turns wait in the sweeper. */
const UNDO_MILLISECONDS = 5_000;

export interface ResetsOptions {
  readonly answers: Pick<Answers, 'cacheOfReset' | 'undosUnderWay'>;
  queueOf(cache: CacheName): CacheQueue;
  /** True once the service takes no more commands: what goes in portions ends after the current one. */
  isStopping(): boolean;
}

/** Resets of caches and their undoing, which goes in portions. */
export function createResets({ answers, queueOf, isStopping }: ResetsOptions) {
  /** Undoes portion after portion, to the end or for some seconds: then the sweeper goes on with it. */
  async function undoPortions(command: UndoResetCommand): Promise<ResetView> {
    const until = Date.now() + UNDO_MILLISECONDS;
    for (;;) {
      const reset = await queueOf(command.cache).submit<ResetView>(command);
      if (reset.undo?.done_at !== null || isStopping() || Date.now() > until) return reset;
    }
  }

  return {
    /** What is due expires first, in portions: a reset is one transaction, and holds the lock the shorter for it. */
    async reset(command: ResetCommand): Promise<ResetAnswer> {
      const queue = queueOf(command.cache);
      if (queue.hasBacklog) while (!isStopping() && (await queue.expire()));
      return queue.submit(command);
    },

    async undo({ reset, actor }: Pick<UndoResetCommand, 'reset' | 'actor'>): Promise<ResetView> {
      const cache = await tellingAway(() => answers.cacheOfReset(reset));
      if (cache === undefined) throw unknownReset(reset);
      return undoPortions({ kind: 'undo-reset', cache, reset, actor });
    },

    /** @returns whether something is left to be undone */
    async goOnUndoing(): Promise<boolean> {
      let isLeft = false;
      for (const { id, cache, actor } of await answers.undosUnderWay()) {
        const { undo } = await undoPortions({ kind: 'undo-reset', cache, reset: id, actor });
        isLeft ||= undo?.done_at === null;
      }
      return isLeft;
    },
  };
}
