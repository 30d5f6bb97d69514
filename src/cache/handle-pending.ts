import type pg from 'pg';
import { Refusal, type RetractCommand } from '../domain/commands.js';
import { toPosixMilliseconds } from '../domain/time.js';
import { requireKnownDetector } from './admission.js';
import { fingerprint, kindOf } from './fingerprint.js';
import * as sql from './statements.js';
import { inTransaction } from './transaction.js';

/** A retraction that comes before its observation waits for it this long. */
const PENDING_MILLISECONDS = 48 * 3_600_000;

/**
 * Keeps a retraction of an observation that nobody has seen. All caches are locked: none may see the observation
 * come in between the look for it and the commit.
 * @returns 'seen' if the observation has come in meanwhile (nothing was kept)
 */
export function keepPending(pool: pg.Pool, command: RetractCommand): Promise<'kept' | 'duplicate' | 'seen'> {
  if (!('uuid' in command.target)) throw new Error('only a retraction by uuid can wait for its observation');
  const target = command.target.uuid;
  return inTransaction(pool, async (tx) => {
    await tx.lockAllCaches();
    const [found] = await tx.query(sql.PENDING_CONTEXT, [command.uuid, target, command.detectorName]);
    const print = fingerprint(command);
    if (found.fingerprint !== null) {
      if (found.fingerprint === print) return 'duplicate';
      throw new Refusal(
        'conflict',
        `the uuid ${command.uuid} was used before for a message with other content`,
        'uuid',
      );
    }
    requireKnownDetector(command, found.registered ? [command.detectorName] : []);
    if (found.seen) return 'seen';
    const received = toPosixMilliseconds(command.receivedTime);
    await tx.query(sql.KEEP_PENDING, [
      command.uuid,
      kindOf(command),
      command.cache,
      command.detectorName,
      new Date(received),
      print,
      JSON.stringify(command.target),
      command.source,
      command.body,
      target,
      new Date(received + PENDING_MILLISECONDS),
    ]);
    return 'kept';
  });
}
