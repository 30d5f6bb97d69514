import { byTimeThenReception, type EngineAlert, type Observation, type Row, type SubGroup } from './engine.js';
import { sameRows, toRows } from './windows.js';

/** A sub-group before and after a command; one of the two may be missing. */
export interface SubGroupChange {
  readonly before: SubGroup | undefined;
  readonly after: SubGroup | undefined;
}

/** Alerts after an observation (coincidence.md, rule 6): by ascending number, only for sub-groups of two rows or more. */
export function alertsAfterObservation(changes: readonly SubGroupChange[]): EngineAlert[] {
  const alerts: EngineAlert[] = [];
  for (const { before, after } of byNumber(changes)) {
    if (after === undefined || after.rows.length < 2 || (before !== undefined && sameRows(before.rows, after.rows)))
      continue;
    alerts.push({ type: typeAfterObservation(before, after), subGroup: after.number, rows: after.rows });
  }
  return alerts;
}

function typeAfterObservation(before: SubGroup | undefined, after: SubGroup): EngineAlert['type'] {
  if (before === undefined) return 'COINC_MSG_STAGGERED';
  if (!gainsDetector(before.rows, after.rows)) return 'UPDATE';
  return startOf(after) < startOf(before) ? 'COINC_MSG_STAGGERED' : 'COINC_MSG';
}

/** True if `after` has a detector that `before` has not. Most rows are in both, and stand in the same order. */
function gainsDetector(before: readonly Row[], after: readonly Row[]): boolean {
  let at = 0;
  return after.some(({ observation }) => {
    let stood = before[at]?.observation;
    while (stood !== undefined && byTimeThenReception(stood, observation) < 0) stood = before[++at]?.observation;
    return (
      stood?.order !== observation.order && !before.some((row) => row.observation.detector === observation.detector)
    );
  });
}

/**
 * Alerts after a retraction (rule 7): first for the coincidences that were there before, then for those
 * that the retraction uncovered.
 */
export function alertsAfterRetraction(
  changes: readonly SubGroupChange[],
  retracted: readonly Observation[],
): EngineAlert[] {
  const gone = new Set(retracted.map((observation) => observation.order));
  const sorted = byNumber(changes);
  const alerts: EngineAlert[] = [];
  for (const { before, after } of sorted) {
    if (before === undefined || before.rows.length < 2) continue;
    if (after !== undefined) {
      if (!sameRows(before.rows, after.rows))
        alerts.push({ type: 'RETRACTION', subGroup: after.number, rows: after.rows });
      continue;
    }
    const left = before.rows.map((row) => row.observation).filter((observation) => !gone.has(observation.order));
    if (left.length < before.rows.length) {
      alerts.push({ type: 'RETRACTION', subGroup: before.number, rows: toRows(left) });
    }
  }
  for (const { before, after } of sorted) {
    if (after === undefined || after.rows.length < 2 || (before !== undefined && before.rows.length >= 2)) continue;
    alerts.push({ type: 'COINC_MSG_STAGGERED', subGroup: after.number, rows: after.rows });
  }
  return alerts;
}

function startOf(subGroup: SubGroup): bigint {
  return subGroup.rows[0]?.observation.time ?? 0n;
}

function byNumber(changes: readonly SubGroupChange[]): SubGroupChange[] {
  return [...changes].sort((a, b) => numberOf(a) - numberOf(b));
}

function numberOf(change: SubGroupChange): number {
  return (change.after ?? change.before)?.number ?? 0;
}
