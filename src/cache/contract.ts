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
 * The interface of the caches. Every promise settles after the commit that made its command durable, or rejects with a
 * `Refusal` (nothing changed), a `DatabaseAway` (nothing is known to have changed; try again with the same
 * uuid), or `ShuttingDown`.
 */
export interface CacheService {
  observe(command: ObserveCommand): Promise<ObserveAnswer>;
  retract(command: RetractCommand): Promise<RetractAnswer>;
  archive(command: ArchiveCommand): Promise<ArchiveAnswer>;
  /**
   * Takes records of a stream, each once, together with the position behind them. Rejects with ShuttingDown, or with the
   * error of the transaction: then it is unknown whether it has taken effect, and the caller must try again.
   */
  take(stretch: Stretch): Promise<StretchOutcome>;
  /** Checks whether a stretch could take effect: uses the database in the same way, but writes none of its records. */
  probe(stretch: Stretch): Promise<StretchOutcome>;
  reset(command: ResetCommand): Promise<ResetAnswer>;
  /** Restores what a reset dropped. If that takes longer than some seconds, it resolves before the end and goes on. */
  undoReset(command: Pick<UndoResetCommand, 'reset' | 'actor'>): Promise<ResetView>;
  /** Continues undoing resets for some seconds. @returns whether something is left to undo */
  goOnUndoing(): Promise<boolean>;
  mute(command: MuteCommand): Promise<MuteAnswer>;
  /**
   * Expires observations that are due: all of them, or a portion. Before every batch of commands, those near the commands
   * expire too. @returns true if more are due
   */
  expire(cache: ObserveCommand['cache']): Promise<boolean>;
  /** The listener is called after each commit that stored alerts, with the cache and the alerts in order. */
  onAlerts(listener: (cache: ObserveCommand['cache'], alerts: readonly CommittedAlert[]) => void): void;
  /** Rejects new commands and waits until the current ones are settled. */
  stop(): Promise<void>;
}

/** A stored alert. */
export interface CommittedAlert {
  readonly id: string;
  /** Counts up by one within a cache. */
  readonly sequence: number;
  /** The JSON text that is published. */
  readonly payload: string;
}

/** The service is stopping and takes no more commands. */
export class ShuttingDown extends Error {
  override readonly name = 'ShuttingDown';
}
