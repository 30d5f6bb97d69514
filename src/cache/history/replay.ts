import type pg from 'pg';
import type { CacheName } from '../../domain/cache-name.js';
import { engineNamed } from '../../domain/coincidence/engines.js';
import type { Ledger } from '../../domain/coincidence/ledger.js';
import { openLedger } from '../../domain/coincidence/ledgers.js';
import type { ObservationState } from '../../domain/views.js';
import { circumstancesAfter, type Recorded, type RecordedRules, readHistory } from './history.js';

/** A ledger, and what it has made of each observation. */
export interface Replay {
  readonly ledger: Ledger;
  /** By the numbers of the commands that brought them. */
  readonly states: ReadonlyMap<number, ObservationState>;
}

/** Of a cache in which nothing stands. */
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
 * What a switch makes of the commands after a reset up to `to`: as if its engine had been there from the beginning. Which
 * engine the cache had before is of no interest.
 * @param told of each command
 */
export async function replayAs(
  client: pg.ClientBase,
  cache: CacheName,
  { engine, window }: Pick<RecordedRules, 'engine' | 'window'>,
  [reset, to]: readonly [reset: bigint, to: bigint],
  told: (recorded: Recorded) => void = () => undefined,
): Promise<Replay> {
  const { muted } = await circumstancesAfter(client, cache, reset);
  const replay = beginReplay({ engine, window, muted });
  for await (const recorded of readHistory(client, cache, reset, to)) {
    if (recorded.command.kind !== 'switch') await replay.ledger.apply(recorded.command);
    told(recorded);
  }
  return replay;
}
