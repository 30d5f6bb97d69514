import type pg from 'pg';
import type { Fault, StreamCommand } from '../../cache/commit/stretch.js';
import type { CacheService } from '../../cache/contract.js';
import { asDatabaseAway } from '../../database/away.js';
import { PASSWORD_MASK } from '../../domain/messages/passwords.js';
import { formerUuidOf } from './identity.js';
import { type InterpreterOptions, interpret, UNREADABLE_BATCH } from './interpret.js';
import { recordOf } from './letter.js';
import { receiptOf } from './receipt.js';
import type { PasswordGuard } from './remote-commands.js';

/** What became of a dead letter that was tried again. */
export type Replayed = { readonly kind: 'taken' } | { readonly kind: 'faulty'; readonly fault: Fault } | undefined;

export interface LetterReplayOptions extends Omit<InterpreterOptions, 'partition' | 'isFiredrill' | 'now'> {
  readonly pool: pg.Pool;
  readonly cacheService: CacheService;
  readonly firedrillTopic: string;
}

/**
 * Tries dead letters again, as after a fix: as if the record came now, under the time and the identity that it had.
 * undefined: there is no such letter.
 * @throws Refusal, DatabaseAway, ShuttingDown
 */
export function createReplay({ pool, cacheService, firedrillTopic, guard, ...interpreting }: LetterReplayOptions) {
  return async (id: number): Promise<Replayed> => {
    const { rows } = await query(
      pool,
      `SELECT cluster, topic, partition, position, record_uuid, received_at, headers, value, reason, detail, created_at
      FROM dead_letter WHERE id = $1`,
      [id],
    );
    const [letter] = rows;
    if (letter === undefined) return undefined;
    const { cluster, topic, partition, reason, detail } = letter;
    // What was in it nobody knows.
    if (reason === UNREADABLE_BATCH) return { kind: 'faulty', fault: { reason, detail } };
    const place = { cluster, topic, partition };
    const record = recordOf({
      // An earlier release kept it: it may have tried it again, under the identity that it gave.
      uuid: letter.record_uuid ?? formerUuidOf(letter.position, place),
      offset: letter.position,
      receivedMs: receiptOf(letter.received_at.getTime()),
      headers: letter.headers,
      value: letter.value,
    });
    const isFiredrill = topic === firedrillTopic;
    const { item, after } = interpret(record, {
      ...interpreting,
      partition: place,
      isFiredrill,
      guard: knowingMasks(guard),
      // A command is as old as it was when it came.
      now: () => letter.created_at.getTime(),
    });
    if ('fault' in item) return { kind: 'faulty', fault: item.fault };
    const isFresh = 'done' in item || (await carryOut(item.command));
    if (isFresh) after?.();
    await query(pool, 'UPDATE dead_letter SET replayed_at = now() WHERE id = $1', [id]);
    return { kind: 'taken' };
  };

  /** True unless the command is known, and so has had its effect. */
  async function carryOut(command: StreamCommand): Promise<boolean> {
    if (command.kind === 'archive') return !(await cacheService.archive(command)).duplicate;
    if (command.kind === 'observe') await cacheService.observe(command);
    else if (command.kind === 'retract') await cacheService.retract(command);
    else await cacheService.reset(command);
    return true;
  }
}

/** Whatever password a record had, its letter has only the mask: to try it would be one more guess. */
function knowingMasks(guard: PasswordGuard): PasswordGuard {
  return { admit: (given) => (given === PASSWORD_MASK ? 'not kept' : guard.admit(given)) };
}

async function query(pool: pg.Pool, text: string, values: unknown[]): Promise<pg.QueryResult> {
  try {
    return await pool.query(text, values);
  } catch (error) {
    throw asDatabaseAway(error);
  }
}
