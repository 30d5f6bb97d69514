import type pg from 'pg';
import type { StreamCommand } from '../../cache/commit/stretch.js';
import type { CacheService } from '../../cache/contract.js';
import { tellingAway } from '../../database/away.js';
import { PASSWORD_MASK } from '../../domain/messages/passwords.js';
import type { RetryAnswer } from '../../domain/views.js';
import { recordOf } from './dead-letter.js';
import { interpret, UNREADABLE_BATCH } from './interpret.js';
import type { InterpreterOptions } from './interpreted.js';
import { receiptOf } from './receipt-time.js';
import { formerUuidOf } from './record-identity.js';
import type { PasswordGuard } from './remote-commands.js';

export interface DeadLetterRetryOptions extends Omit<InterpreterOptions, 'partition' | 'isFiredrill' | 'now'> {
  readonly pool: pg.Pool;
  readonly cacheService: CacheService;
  readonly firedrillTopic: string;
}

/**
 * Retries dead letters, for instance after a bug was fixed: as if the record arrived now, with the time of receipt and
 * the identity that it had. Gives undefined if there is no such letter.
 * @throws Rejection, DatabaseAway, ShuttingDown
 */
export function createDeadLetterRetry({
  pool,
  cacheService,
  firedrillTopic,
  guard,
  ...interpreting
}: DeadLetterRetryOptions) {
  return async (id: number): Promise<RetryAnswer | undefined> => {
    const { rows } = await query(
      pool,
      `SELECT cluster, topic, partition, position, record_uuid, received_at, headers, value, reason, detail, created_at
      FROM dead_letter WHERE id = $1`,
      [id],
    );
    const [letter] = rows;
    if (letter === undefined) return undefined;
    const { cluster, topic, partition, reason, detail } = letter;
    // The records of the batch are not known.
    if (reason === UNREADABLE_BATCH) return { kind: 'rejected', error: { reason, detail } };
    const place = { cluster, topic, partition };
    const record = recordOf({
      // A letter of an earlier release has no uuid. It may have been retried with the uuid that the release gave it.
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
      // The age of a command is that at its receipt.
      now: () => letter.created_at.getTime(),
    });
    if ('error' in item) return { kind: 'rejected', error: item.error };
    const isFresh = 'done' in item || (await carryOut(item.command));
    if (isFresh) after?.();
    await query(pool, 'UPDATE dead_letter SET replayed_at = now() WHERE id = $1', [id]);
    return { kind: 'taken' };
  };

  /** False if the command is a duplicate, which has taken effect already. */
  async function carryOut(command: StreamCommand): Promise<boolean> {
    if (command.kind === 'archive') return !(await cacheService.archive(command)).duplicate;
    if (command.kind === 'observe') await cacheService.observe(command);
    else if (command.kind === 'retract') await cacheService.retract(command);
    else await cacheService.reset(command);
    return true;
  }
}

/** Rejects the mask that replaced the password in a letter, without counting it as a wrong password. */
function knowingMasks(guard: PasswordGuard): PasswordGuard {
  return { admit: (given) => (given === PASSWORD_MASK ? 'not kept' : guard.admit(given)) };
}

function query(pool: pg.Pool, text: string, values: unknown[]): Promise<pg.QueryResult> {
  return tellingAway(() => pool.query(text, values));
}
