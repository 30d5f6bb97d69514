import type {
  ArchiveCommand,
  MuteCommand,
  ObserveCommand,
  ResetCommand,
  RetractCommand,
  UndoResetCommand,
} from '../domain/commands.js';

export { DatabaseAway } from '../domain/database-away.js';

import type {
  ArchiveAnswer,
  MuteAnswer,
  ObserveAnswer,
  ResetAnswer,
  ResetView,
  RetractAnswer,
} from '../domain/views.js';

import type { Stretch, StretchOutcome } from './commit/stretch.js';

/**
 * The one way in. Every promise settles after the commit that made its command durable, or rejects with a
 * `Refusal` (nothing changed), a `DatabaseAway` (nothing is known to have changed; try again with the same
 * uuid), or `ShuttingDown`.
 */
export interface CacheService {
  observe(command: ObserveCommand): Promise<ObserveAnswer>;
  retract(command: RetractCommand): Promise<RetractAnswer>;
  archive(command: ArchiveCommand): Promise<ArchiveAnswer>;
  /**
   * Records of a stream, each once: together with the position behind them. Rejects with ShuttingDown, or with what made
   * the transaction fail: then it is not known whether it has taken effect, and the same is tried again.
   */
  take(stretch: Stretch): Promise<StretchOutcome>;
  /** Tries whether a stretch could take effect: with all that it needs of the database, writing nothing of it. */
  probe(stretch: Stretch): Promise<StretchOutcome>;
  reset(command: ResetCommand): Promise<ResetAnswer>;
  /** Brings back what a reset dropped. What takes longer than some seconds is under way when it resolves, and goes on. */
  undoReset(command: Pick<UndoResetCommand, 'reset' | 'actor'>): Promise<ResetView>;
  /** Goes on with undos that are under way, for some seconds. @returns whether something is left */
  goOnUndoing(): Promise<boolean>;
  mute(command: MuteCommand): Promise<MuteAnswer>;
  /**
   * Takes out what is due to expire: all, or a portion of it. Before every batch of commands the same is done to what
   * is due near them. True if there is more.
   */
  expire(cache: ObserveCommand['cache']): Promise<boolean>;
  /** Calls back after each commit that stored alerts, with the cache and these, in order. */
  onAlerts(listener: (cache: ObserveCommand['cache'], alerts: readonly CommittedAlert[]) => void): void;
  /** Takes no more commands and waits until those under way are settled. */
  stop(): Promise<void>;
}

/** An alert that a commit has stored. */
export interface CommittedAlert {
  readonly id: string;
  /** Counts up by one within a cache. */
  readonly sequence: number;
  /** JSON text, as it is published. */
  readonly payload: string;
}

/** The service is stopping and takes no more commands. */
export class ShuttingDown extends Error {
  override readonly name = 'ShuttingDown';
}
