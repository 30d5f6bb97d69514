import type pg from 'pg';
import type { CacheService } from '../../cache/cache-service.js';
import type { Fault } from '../../cache/stretch.js';
import { asDatabaseAway } from '../../database/pool.js';
import { type InterpreterOptions, interpret } from './interpret.js';
import { recordOf } from './letter.js';

/** What became of a dead letter that was tried again. */
export type Replayed = { readonly kind: 'taken' } | { readonly kind: 'faulty'; readonly fault: Fault } | undefined;

export interface ReplayOptions extends Omit<InterpreterOptions, 'partition' | 'isFiredrill'> {
  readonly pool: pg.Pool;
  readonly cacheService: CacheService;
  readonly firedrillTopic: string;
}

/**
 * Tries dead letters again, as after a fix: as if the record came now, under the time and the identity that it had.
 * undefined: there is no such letter.
 * @throws Refusal, DatabaseAway, ShuttingDown
 */
export function createReplay({ pool, cacheService, firedrillTopic, ...interpreting }: ReplayOptions) {
  return async (id: number): Promise<Replayed> => {
    const { rows } = await query(
      pool,
      'SELECT cluster, topic, partition, position, received_at, headers, value FROM dead_letter WHERE id = $1',
      [id],
    );
    const [letter] = rows;
    if (letter === undefined) return undefined;
    const { cluster, topic, partition } = letter;
    const record = recordOf({
      offset: letter.position,
      receivedMs: letter.received_at.getTime(),
      headers: letter.headers,
      value: letter.value,
    });
    const isFiredrill = topic === firedrillTopic;
    const { item, after } = interpret(record, {
      ...interpreting,
      partition: { cluster, topic, partition },
      isFiredrill,
    });
    if ('fault' in item) return { kind: 'faulty', fault: item.fault };
    if ('command' in item) {
      const { command } = item;
      if (command.kind === 'observe') await cacheService.observe(command);
      else if (command.kind === 'retract') await cacheService.retract(command);
      else if (command.kind === 'archive') await cacheService.archive(command);
      else await cacheService.reset(command);
    }
    after?.();
    await query(pool, 'UPDATE dead_letter SET replayed_at = now() WHERE id = $1', [id]);
    return { kind: 'taken' };
  };
}

async function query(pool: pg.Pool, text: string, values: unknown[]): Promise<pg.QueryResult> {
  try {
    return await pool.query(text, values);
  } catch (error) {
    throw asDatabaseAway(error);
  }
}
