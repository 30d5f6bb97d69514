import type pg from 'pg';
import type { CacheName } from '../../domain/cache-name.js';
import { engineNamed } from '../../domain/coincidence/engines.js';
import type { Ledger } from '../../domain/coincidence/ledger.js';
import { openLedger } from '../../domain/coincidence/ledgers.js';
import type { ObservationState } from '../../domain/views.js';
import { type Recorded, type RecordedRules, readHistory, rulesAfter } from './history.js';

/** A ledger with the states of all observations that it has seen. */
export interface Replay {
  readonly ledger: Ledger;
  /** By the numbers of the commands that brought them. */
  readonly states: ReadonlyMap<number, ObservationState>;
}

/** Begins with an empty cache. */
export function beginReplay({ engine, window, muted }: RecordedRules): Replay {
  const states = new Map<number, ObservationState>();
  const ledger = openLedger(engineNamed(engine), {
    window,
    muted,
    onState: (order, state) => states.set(order, state),
  });
  return { ledger, states };
}

/**
 * Replays the commands after a reset up to `to` as a switch of the engine does: as if the new engine had been used from the
 * beginning.
 * @param onCommand receives each command
 */
export async function replayAs(
  client: pg.ClientBase,
  cache: CacheName,
  { engine, window }: Pick<RecordedRules, 'engine' | 'window'>,
  [reset, to]: readonly [reset: bigint, to: bigint],
  onCommand: (recorded: Recorded) => void = () => undefined,
): Promise<Replay> {
  const { muted } = await rulesAfter(client, cache, reset);
  const replay = beginReplay({ engine, window, muted });
  for await (const recorded of readHistory(client, cache, reset, to)) {
    if (recorded.command.kind !== 'switch') await replay.ledger.apply(recorded.command);
    onCommand(recorded);
  }
  return replay;
}
