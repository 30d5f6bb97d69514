import { randomUUID } from 'node:crypto';
import { ENGINE_RULES } from '../../domain/coincidence/engine-rules.js';
import type { MuteCommand, ResetCommand } from '../../domain/commands.js';
import { type ResetFacts, undoableUntil } from '../../domain/resets.js';
import type { Verdict } from '../outcome/verdict.js';
import * as sql from '../store/administration-statements.js';
import { fingerprint } from '../store/fingerprint.js';
import * as resetSql from '../store/reset-statements.js';
import type { Batch } from './batch.js';
import { expireNear } from './expire.js';

/** Drops all observations of the cache and sends no alert. Sub-groups are numbered from 0 again; alert sequences go on. */
export async function resetIn(batch: Batch, command: ResetCommand): Promise<Verdict> {
  await batch.flush();
  const { row, tx } = batch;
  const { uuid = randomUUID() } = command;
  const cause = batch.recordServerCommand({ kind: 'Reset', uuid, fingerprint: fingerprint(command) });
  tx.send(resetSql.BE_PATIENT, []);
  const id = cause.messageUuid;
  const [{ dropped }] = await tx.query(resetSql.RESET_CACHE, [
    row.name,
    cause.command,
    batch.now,
    id,
    command.actor,
    command.reason,
  ]);
  await tx.query(sql.ADD_AUDIT_LOG_ENTRY, [
    batch.now,
    command.actor,
    'cache:reset',
    JSON.stringify({ cache: row.name, reset: id, reason: command.reason, dropped }),
  ]);
  if (row.name === 'live') tell(batch, id, command, dropped);
  row.resetCount++;
  row.nextSubGroup = 0;
  row.engineState = null;
  for (const target of batch.targets.values()) if (isStanding(target.state)) target.state = 'reset';
  batch.tablesChanged();
  return { kind: 'accepted', answer: () => ({ id, cache: row.name, version: Number(row.version), dropped }) };
}

/** Stores the notices to administrators about a reset of the live cache, in the transaction of the reset. */
function tell({ tx, now, settings }: Batch, id: string, { actor, reason }: ResetCommand, dropped: number): void {
  const { emails, slack } = settings.tellOfResets ?? { emails: [], slack: false };
  const facts: ResetFacts = {
    kind: 'reset',
    reset: id,
    at: now.toISOString(),
    actor,
    reason,
    dropped,
    undo_until: undoableUntil(now).toISOString(),
  };
  tx.send(resetSql.TELL_OF_RESET, [id, JSON.stringify(facts), now, emails, slack]);
}

/** Answers a reset whose record was read before. Observations that were received since the reset are kept. */
export function resetAgain({ row }: Batch, { uuid: id = '' }: ResetCommand): Verdict {
  return { kind: 'duplicate', answer: () => ({ id, cache: row.name, version: Number(row.version), dropped: 0 }) };
}

/** Takes a detector's observations out of the sub-groups, or puts them back. Muting a muted detector changes nothing. */
export async function muteIn(batch: Batch, command: MuteCommand): Promise<Verdict> {
  await batch.flush();
  const { row, tx } = batch;
  const muting = command.kind === 'mute';
  const detector = command.detectorName;
  if (batch.muted.has(detector) === muting) {
    return {
      kind: 'accepted',
      answer: () => ({ cache: row.name, detector_name: detector, muted: muting, observations: [], alerts: [] }),
    };
  }
  const now = ENGINE_RULES[row.engine].expires ? batch.nowInstant : null;
  const standing = (await tx.standingOf(row.name, detector, null, now))
    .filter(({ state }) => state === (muting ? 'active' : 'muted'))
    .reverse();
  const changed = standing.map(({ observation }) => observation);
  await expireNear(
    batch,
    changed.map(({ time }) => time),
  );
  const cause = batch.recordServerCommand({ kind: muting ? 'Mute' : 'Unmute', detector, now: batch.nowInstant });
  await tx.query(muting ? sql.MUTE_DETECTOR : sql.UNMUTE_DETECTOR, [row.name, detector, batch.now]);
  await tx.query(sql.ADD_AUDIT_LOG_ENTRY, [
    batch.now,
    command.actor,
    `detector:${command.kind}`,
    JSON.stringify({ cache: row.name, detector, reason: command.reason }),
  ]);
  if (muting) batch.muted.add(detector);
  else batch.muted.delete(detector);
  for (const { observation } of standing) batch.changeState(observation.order, muting ? 'muted' : 'active', null);
  const effects = muting
    ? [
        await batch.applyTo(changed, (observations) => ({ kind: 'retract', detector, observations }), {
          ...cause,
          fate: 'retracted',
        }),
      ]
    : await batch.applyEach(changed, (observation) => ({ kind: 'observe', observation }), { ...cause, fate: 'closed' });
  const observations = standing.map(({ uuid }) => uuid);
  return {
    kind: 'accepted',
    answer: () => ({
      cache: row.name,
      detector_name: detector,
      muted: muting,
      observations,
      alerts: effects.flatMap((effect) => batch.outcomeOf(effect).alerts),
    }),
  };
}

function isStanding(state: string): boolean {
  return state === 'active' || state === 'muted';
}
