import type pg from 'pg';
import { Refusal, type RetractCommand } from '../../domain/commands.js';
import { toPosixMilliseconds } from '../../domain/time.js';
import type { Fate } from '../commit/commit-report.js';
import { buryFaults, StreamPositions } from '../commit/stream-positions.js';
import type { StreamCommand, Stretch, StretchOutcome } from '../commit/stretch.js';
import { inTransaction } from '../commit/transaction.js';
import { fingerprint, kindOf } from '../store/fingerprint.js';
import type { Repository } from '../store/repository.js';
import * as sql from '../store/statements.js';
import { requireKnownDetector } from './admission.js';
import { minuteOf, requireQuota } from './quota.js';

/** A retraction that comes before its observation waits for it this long. */
const PENDING_MILLISECONDS = 48 * 3_600_000;

/**
 * Keeps a retraction of an observation that nobody has seen. All caches are locked: none may see the observation
 * come in between the look for it and the commit.
 * @returns 'seen' if the observation has come in meanwhile (nothing was kept)
 */
export function keepPending(pool: pg.Pool, command: Withdrawal, quota: number): Promise<Kept> {
  return inTransaction(pool, (tx) => keepIn(tx, command, quota));
}

/** What became of a stretch, and of the retraction in it. */
interface TakenPending {
  readonly outcome: StretchOutcome;
  readonly fates: ReadonlyMap<RetractCommand, Fate>;
}

/** The same for a stretch that holds this one retraction. */
export function takePending(pool: pg.Pool, stretch: Stretch, quota: number): Promise<TakenPending | 'seen'> {
  const command = withdrawalOf(stretch);
  const taken = (positions: StreamPositions, fates: [RetractCommand, Fate][]): TakenPending => ({
    outcome: positions.outcomeOf(stretch),
    fates: new Map(fates),
  });
  return inTransaction(pool, async (tx) => {
    const positions = await StreamPositions.lock(tx, [stretch]);
    if (!positions.isOurs(stretch)) return taken(positions, []);
    const fate = await keepIn(tx, command, quota).catch((error): Refusal => {
      if (!(error instanceof Refusal)) throw error;
      buryFaults(positions, stretch, () => error);
      return error;
    });
    if (fate === 'seen') return 'seen';
    positions.write(new Date());
    return taken(positions, [[command, fate === 'kept' ? 'accepted' : fate]]);
  });
}

/** A retraction by uuid. */
type Withdrawal = RetractCommand & { readonly target: { readonly uuid: string } };

export function isWithdrawal(command: StreamCommand): command is Withdrawal {
  return command.kind === 'retract' && 'uuid' in command.target;
}

/** The one command of a stretch in the lane `withdrawal`. */
export function withdrawalOf({ items }: Stretch): Withdrawal {
  const [item, ...others] = items;
  if (item !== undefined && others.length === 0 && 'command' in item && isWithdrawal(item.command)) return item.command;
  throw new TypeError('a withdrawal is a single retraction by uuid');
}

type Kept = 'kept' | 'duplicate' | 'seen';

async function keepIn(tx: Repository, command: Withdrawal, quota: number): Promise<Kept> {
  // Only what looks as if it is to be kept takes the locks: whoever floods must not hold up all caches to be refused.
  const before = await decideIn(tx, command, quota);
  if (before === 'duplicate') tx.confirm();
  if (before !== 'keep') return before;
  await tx.lockAllCaches();
  const decided = await decideIn(tx, command, quota);
  if (decided !== 'keep') return decided;
  const target = command.target.uuid;
  const received = toPosixMilliseconds(command.receivedTime);
  await tx.query(sql.KEEP_PENDING, [
    command.uuid,
    kindOf(command),
    command.cache,
    command.detectorName,
    new Date(received),
    fingerprint(command),
    JSON.stringify(command.target),
    command.source,
    command.body,
    target,
    new Date(received + PENDING_MILLISECONDS),
    minuteOf(command),
  ]);
  return 'kept';
}

/** What is to become of it, as things stand. @throws Refusal */
async function decideIn(tx: Repository, command: Withdrawal, quota: number): Promise<'keep' | 'duplicate' | 'seen'> {
  const { uuid, target, detectorName, cache } = command;
  const [found] = await tx.query(sql.PENDING_CONTEXT, [uuid, target.uuid, detectorName, cache, minuteOf(command)]);
  if (found.fingerprint !== null) {
    if (found.fingerprint === fingerprint(command)) return 'duplicate';
    throw new Refusal('conflict', `the uuid ${uuid} was used before for a message with other content`, 'uuid');
  }
  requireKnownDetector(command, found.registered ? [detectorName] : []);
  if (found.seen) return 'seen';
  requireQuota(quota, 'retractions', command, found.retractions);
  return 'keep';
}
