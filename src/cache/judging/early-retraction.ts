import type pg from 'pg';
import { Rejection, type RetractCommand } from '../../domain/commands.js';
import type { Fate } from '../commit/commit-report.js';
import { collectDeadLetters, StreamPositions } from '../commit/stream-positions.js';
import type { StreamCommand, Stretch, StretchOutcome } from '../commit/stretch.js';
import { inTransaction } from '../commit/transaction.js';
import { type Arrival, arrivalOf } from '../store/arrival.js';
import * as sql from '../store/early-retraction-statements.js';
import { kindOf } from '../store/fingerprint.js';
import type { Repository } from '../store/repository.js';
import { requireKnownDetector } from './admission.js';
import { requireQuota } from './quota.js';

/** How long a retraction that was received before its observation is kept for it. */
const PENDING_MILLISECONDS = 48 * 3_600_000;

/**
 * Keeps a retraction of an observation that has not been received. All caches are locked, so that the observation cannot
 * be stored between the search for it and the commit.
 * @returns 'seen' if the observation was stored meanwhile: then nothing is kept
 */
export function keepPending(pool: pg.Pool, command: RetractionByUuid, quota: number): Promise<Kept> {
  return inTransaction(pool, (tx) => keepIn(tx, command, quota));
}

/** The outcome of a stretch and of the retraction in it. */
interface TakenPending {
  readonly outcome: StretchOutcome;
  readonly fates: ReadonlyMap<RetractCommand, Fate>;
}

/** The same for a stretch of records that holds one retraction. */
export function takePending(pool: pg.Pool, stretch: Stretch, quota: number): Promise<TakenPending | 'seen'> {
  const command = retractionOf(stretch);
  const taken = (positions: StreamPositions, fates: [RetractCommand, Fate][]): TakenPending => ({
    outcome: positions.outcomeOf(stretch),
    fates: new Map(fates),
  });
  return inTransaction(pool, async (tx) => {
    const positions = await StreamPositions.lock(tx, [stretch]);
    if (!positions.isOurs(stretch)) return taken(positions, []);
    const fate = await keepIn(tx, command, quota).catch((error): Rejection => {
      if (!(error instanceof Rejection)) throw error;
      collectDeadLetters(positions, stretch, () => error);
      return error;
    });
    if (fate === 'seen') return 'seen';
    positions.write(new Date());
    return taken(positions, [[command, fate === 'kept' ? 'accepted' : fate]]);
  });
}

/** A retraction by uuid. */
type RetractionByUuid = RetractCommand & { readonly target: { readonly uuid: string } };

export function isRetractionByUuid(command: StreamCommand): command is RetractionByUuid {
  return command.kind === 'retract' && 'uuid' in command.target;
}

/** The one command of a stretch in the lane `retraction`. */
export function retractionOf({ items }: Stretch): RetractionByUuid {
  const [item, ...others] = items;
  if (item !== undefined && others.length === 0 && 'command' in item && isRetractionByUuid(item.command))
    return item.command;
  throw new TypeError('the lane retraction takes a single retraction by uuid');
}

type Kept = 'kept' | 'duplicate' | 'seen';

async function keepIn(tx: Repository, command: RetractionByUuid, quota: number): Promise<Kept> {
  const arrival = arrivalOf(command);
  // Checks before it takes the locks: a flood of messages that are rejected must not hold up all caches.
  const before = await decideIn(tx, command, arrival, quota);
  if (before === 'duplicate') tx.confirm();
  if (before !== 'keep') return before;
  await tx.lockAllCaches();
  const decided = await decideIn(tx, command, arrival, quota);
  if (decided !== 'keep') return decided;
  const target = command.target.uuid;
  await tx.query(sql.KEEP_PENDING, [
    command.uuid,
    kindOf(command),
    command.cache,
    command.detectorName,
    new Date(arrival.receivedMs),
    arrival.fingerprint,
    JSON.stringify(command.target),
    command.source,
    command.body,
    target,
    new Date(arrival.receivedMs + PENDING_MILLISECONDS),
    arrival.minute,
  ]);
  return 'kept';
}

/** Decides by what is stored now. @throws Refusal */
async function decideIn(
  tx: Repository,
  command: RetractionByUuid,
  arrival: Arrival,
  quota: number,
): Promise<'keep' | 'duplicate' | 'seen'> {
  const { uuid, target, detectorName, cache } = command;
  const [found] = await tx.query(sql.PENDING_CONTEXT, [uuid, target.uuid, detectorName, cache, arrival.minute]);
  if (found.fingerprint !== null) {
    if (found.fingerprint === arrival.fingerprint) return 'duplicate';
    throw new Rejection('conflict', `the uuid ${uuid} was used before for a message with other content`, 'uuid');
  }
  requireKnownDetector(command, found.registered ? [detectorName] : []);
  if (found.seen) return 'seen';
  requireQuota(quota, 'retractions', command, arrival, found.retractions);
  return 'keep';
}
