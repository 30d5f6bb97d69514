import type { Standing } from '../store/rows.js';
import { active } from '../store/rows.js';
import type { Batch } from './batch.js';

/** How many observations expire with one command: at most, and at least where they take long. */
export const MOST_IN_PORTION = 1_000;
const LEAST_IN_PORTION = 50;
/** So long, in milliseconds, a portion may take: the cache is locked meanwhile. Half of what others may be held up. */
const PORTION_MILLISECONDS = 100;

/** How large the next portion may be, after one of that size took so long: dense ones take longer, and so do busy machines. */
export function nextPortion(portion: number, milliseconds: number, most: number): number {
  const fitting = Math.round((portion * PORTION_MILLISECONDS) / Math.max(1, milliseconds));
  return Math.min(most, Math.max(LEAST_IN_PORTION, fitting));
}

/**
 * Takes out what is due, as a command of its own before the batch's. If that is more than a portion, a batch without
 * commands takes out one; any other leaves it to those and takes out only what stands near its own times: its commands
 * see the tables as if all had gone that is due.
 * @param portion how many
 * @returns true if there is more
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
 * Takes out what is due near these times, if that wasn't taken out with all that is due. Whoever looks at tables near
 * them must have done so before. What went before must be flushed.
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
  const act = { kind: 'Expiry' as const, now: batch.nowInstant, ...(observations && { observations }) };
  const cause = { ...batch.recordAct(act), fate: 'closed' as const };
  for (const { observation } of due) batch.changeState(observation.order, 'expired', null);
  await batch.applyTo(active(due), (expired) => ({ kind: 'expire', observations: expired }), cause);
  await batch.flush();
}
