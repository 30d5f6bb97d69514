import type { Standing } from '../store/rows.js';
import { active } from '../store/rows.js';
import type { Batch } from './batch.js';

/** How many observations expire with one command: at most, and at least where they take long. */
export const MOST_IN_PORTION = 1_000;
const LEAST_IN_PORTION = 50;
/** How long a portion may take, in milliseconds. The cache is locked meanwhile; other commands may wait twice as long. */
const PORTION_MILLISECONDS = 100;

/** Returns the size of the next portion, from the time that the last one took. Dense coincidences and busy machines take longer. */
export function nextPortion(portion: number, milliseconds: number, most: number): number {
  const fitting = Math.round((portion * PORTION_MILLISECONDS) / Math.max(1, milliseconds));
  return Math.min(most, Math.max(LEAST_IN_PORTION, fitting));
}

/**
 * Expires the observations that are due, as a command of its own before those of the batch. If more than a portion is due, a
 * batch without commands expires one portion. A batch with commands expires only the observations near its own times, so
 * that its commands find the sub-groups as if everything that is due had expired.
 * @param portion the size of a portion, in observations
 * @returns true if more observations are due
 */
export async function expireDue(batch: Batch, portion: number, hasCommands: boolean): Promise<boolean> {
  const { tx, row, nowInstant } = batch;
  const due = await tx.dueToExpire(row.name, nowInstant, portion + 1);
  if (due.length <= portion) {
    await expire(batch, due, undefined);
    return false;
  }
  batch.hasBacklog = true;
  if (hasCommands) await expireNear(batch, batch.times);
  else await expirePortion(batch, due.slice(0, portion));
  return true;
}

/**
 * Expires the observations that are due near these times, unless all that were due have expired already. Must be called
 * before sub-groups near the times are read. Earlier commands of the batch must have been flushed.
 */
export async function expireNear(batch: Batch, times: Batch['times']): Promise<void> {
  if (!batch.hasBacklog || times.length === 0) return;
  await expirePortion(batch, await batch.tx.dueNear(batch.row, times, batch.nowInstant));
}

async function expirePortion(batch: Batch, due: readonly Standing[]): Promise<void> {
  await expire(
    batch,
    due,
    due.map(({ observation }) => observation.order),
  );
}

async function expire(
  batch: Batch,
  due: readonly Standing[],
  observations: readonly number[] | undefined,
): Promise<void> {
  if (due.length === 0) return;
  const command = { kind: 'Expiry' as const, now: batch.nowInstant, ...(observations && { observations }) };
  const cause = { ...batch.recordServerCommand(command), fate: 'closed' as const };
  for (const { observation } of due) batch.changeState(observation.order, 'expired', null);
  await batch.applyTo(active(due), (expired) => ({ kind: 'expire', observations: expired }), cause);
  await batch.flush();
}
