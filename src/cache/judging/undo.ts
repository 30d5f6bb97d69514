import { ENGINE_RULES } from '../../domain/coincidence/engine-rules.js';
import { Rejection, type UndoResetCommand } from '../../domain/commands.js';
import { undoableUntil } from '../../domain/resets.js';
import { type ResetRecord, resetView } from '../../reads/resets.js';
import type { Verdict } from '../outcome/verdict.js';
import * as sql from '../store/administration-statements.js';
import * as resetSql from '../store/reset-statements.js';
import { type Standing, toStanding } from '../store/rows.js';
import type { Batch } from './batch.js';
import { expireNear } from './expire.js';

/**
 * The number of observations that are restored with one command. It bounds the memory, and the time for which other
 * commands wait.
 */
const PORTION = 250;

/**
 * Restores the next portion of the observations that a reset dropped, in order of receipt. Observations of muted
 * detectors are restored as muted; those that have expired or were retracted since are not restored. Undoing a reset
 * that is undone changes nothing.
 */
export async function undoIn(batch: Batch, command: UndoResetCommand): Promise<Verdict> {
  await batch.flush();
  const { row, tx, now, nowInstant } = batch;
  const [reset]: ResetRecord[] = await tx.query(resetSql.RESET_BY_ID, [command.reset, row.name]);
  if (reset === undefined) throw unknownReset(command.reset);
  if (reset.undoneAt !== null) return { kind: 'accepted', answer: () => resetView(reset) };
  if (reset.undoAskedAt === null) {
    if (now > undoableUntil(reset.at)) {
      const until = undoableUntil(reset.at).toISOString();
      throw new Rejection('too-late', `the reset ${reset.id} could be undone until ${until}`);
    }
    const detail = JSON.stringify({ cache: row.name, reset: reset.id, dropped: reset.dropped });
    await tx.query(sql.ADD_AUDIT_LOG_ENTRY, [now, command.actor, 'cache:undo-reset', detail]);
  }
  const expiredBefore = ENGINE_RULES[row.engine].expires ? nowInstant : null;
  const asked = [row.name, reset.command, reset.undoFrom, expiredBefore, PORTION + 1];
  const found = (await tx.query(resetSql.DROPPED_BY_RESET, asked)).map(toStanding);
  const portion = found.slice(0, PORTION);
  const next = found[PORTION]?.observation.order;
  const alerts = portion.length === 0 ? 0 : await restore(batch, reset, portion);
  const [advanced] = await tx.query(resetSql.ADVANCE_UNDO, [
    reset.id,
    now,
    command.actor,
    next ?? reset.command,
    portion.length,
    alerts,
    next === undefined,
  ]);
  return { kind: 'accepted', answer: () => resetView(advanced) };
}

/** @returns the number of alerts that restoring caused */
async function restore(batch: Batch, reset: ResetRecord, portion: readonly Standing[]): Promise<number> {
  const observations = portion.map(({ observation }) => observation);
  const isMuted = (detector: string) => batch.muted.has(detector);
  const active = observations.filter(({ detector }) => !isMuted(detector));
  await expireNear(
    batch,
    active.map(({ time }) => time),
  );
  const now = batch.nowInstant;
  const cause = batch.recordServerCommand({
    kind: 'UndoReset',
    reset: reset.id,
    now,
    observations: observations.map(({ order }) => order),
  });
  for (const { order, detector } of observations)
    batch.changeState(order, isMuted(detector) ? 'muted' : 'active', null);
  const effects = await batch.applyEach(active, (observation) => ({ kind: 'observe', observation }), {
    ...cause,
    fate: 'closed',
  });
  return effects.reduce((sum, { alerts }) => sum + alerts.length, 0);
}

export function unknownReset(id: string): Rejection {
  return new Rejection('not-found', `there is no reset ${id}`);
}
