import { connectPatiently } from '../database/pool.js';
import type { CompleteState } from '../domain/coincidence/complete.js';
import type { Sharing } from '../domain/coincidence/engine.js';
import type { Ledger } from '../domain/coincidence/ledger.js';
import { type ReferenceState, serializeReference } from '../domain/coincidence/reference.js';
import type { SwitchCommand } from '../domain/commands.js';
import type { Effect } from './effects.js';
import { detectorsOn, heardSince } from './heartbeats.js';
import { openLedger, readHistory } from './history.js';
import { countObservations, firstMessageAt } from './measured-rates.js';
import { type Circumstances, daysOfNewCoincidences, OutcomeWriter } from './outcome.js';
import { recordOf } from './records.js';
import { type CacheRow, createRepository, type Repository } from './repository.js';
import { ordersOf, type SubGroupRow, toMeta } from './rows.js';
import * as sql from './statements.js';
import { Transcript } from './transcript.js';

/** Old sub-groups go by numbers below all new ones while both are at hand. */
const OLD = -1_000_000_000;

/**
 * Changes a cache's engine or window: its tables are rebuilt by going through its commands again. No alert is
 * sent; coincidences that stood before keep their events.
 */
export async function switchCache(databaseUrl: string, command: SwitchCommand, serverTag = ''): Promise<void> {
  const client = await connectPatiently(databaseUrl);
  try {
    await client.query('BEGIN');
    const tx = createRepository(client);
    const now = new Date();
    const row = await tx.lockCache(command.cache);
    const order = Number(row.nextCommand++);
    const transcript = new Transcript(tx, row, now);
    transcript.message(
      recordOf({ kind: 'Switch', engine: command.engine, window: command.window }, command.cache, order, now),
    );

    const ledger = await openLedger(client, command.cache, row.resetCommand);
    const stored = new Map<number, string>();
    for await (const { command: past, state } of readHistory(client, command.cache, row.resetCommand)) {
      ledger.apply(past);
      if (state !== undefined) stored.set(past.order, state);
    }
    ledger.apply({ kind: 'switch', order, engine: command.engine, window: command.window });
    for (const [observation, state] of stored) {
      const rebuilt = ledger.stateOf(observation);
      if (rebuilt !== undefined && rebuilt !== state) {
        transcript.change({ command: observation, state: rebuilt, retracted_by: null });
      }
    }
    transcript.writeMessages();

    const switched: CacheRow = { ...row, engine: command.engine, window: command.window };
    const old = await tx.query(sql.SUB_GROUPS_OPEN, [command.cache]);
    await tx.query(sql.CLOSE_SUB_GROUPS, [command.cache, now]);
    const subGroups = ledger.subGroups();
    const online = detectorsOn(await tx.pulses(heardSince(now)), [], now);
    const observed = await countObservations(client, now, await firstMessageAt(client));
    const outcome = await rebuiltOutcome(tx, switched, ledger, old, { now, serverTag, online, observed });
    switched.nextSubGroup = nextNumber(ledger);
    switched.engineState =
      command.engine === 'reference' ? serializeReference(ledger.engineState as ReferenceState) : null;
    switched.version++;
    switched.changedAt = now;
    Object.assign(row, switched);
    transcript.writeTables(new Map(), new Map(subGroups.map((subGroup) => [subGroup.number, subGroup])), outcome);
    transcript.writeCache();
    await tx.query(sql.SWITCH_CACHE, [command.cache, command.engine, command.window]);
    await tx.query(sql.RECORD_ADMIN_ACT, [
      now,
      command.actor,
      'cache:switch',
      JSON.stringify({ cache: command.cache, engine: command.engine, window_ns: command.window.toString() }),
    ]);
    await tx.allSent();
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

/** Events and figures of the rebuilt sub-groups: each coincidence joins the event of the old one it shares most rows with. */
async function rebuiltOutcome(
  tx: Repository,
  row: CacheRow,
  ledger: Ledger,
  old: readonly SubGroupRow[],
  given: Circumstances,
): Promise<OutcomeWriter> {
  const subGroups = ledger.subGroups();
  const orders = subGroups.flatMap(({ rows }) => rows.map(({ observation }) => observation.order));
  const details = await tx.rowDetails(row.name, orders);
  const coincidences = old.filter((known) => ordersOf(known).length >= 2);
  const meta = toMeta(coincidences.map((known) => ({ ...known, number: OLD + known.number })));
  const sharing = new Map<number, Sharing[]>();
  for (const subGroup of subGroups) {
    if (subGroup.rows.length < 2) continue;
    const rows = new Set(subGroup.rows.map(({ observation }) => observation.order));
    const before = coincidences.map((known) => ({
      subGroup: { ...subGroup, number: OLD + known.number },
      observations: ordersOf(known).filter((order) => rows.has(order)).length,
    }));
    sharing.set(subGroup.number, [
      ...before.filter(({ observations }) => observations > 0),
      ...ledger.sharing(subGroup),
    ]);
  }
  const effect: Effect = {
    messageUuid: '',
    command: 0,
    fate: 'closed',
    alerts: [],
    changed: subGroups,
    closed: [],
    sharing,
  };
  const ordinals = await tx.eventsOfDays(row.name, daysOfNewCoincidences([effect]));
  const outcome = new OutcomeWriter(row, meta, details, { ...given, ordinals });
  outcome.outcomeOf(effect);
  for (const { event_id } of coincidences) {
    if (event_id !== null && !outcome.fates.has(event_id)) outcome.fates.set(event_id, 'closed');
  }
  return outcome;
}

function nextNumber(ledger: Ledger): number {
  return ledger.engine.name === 'complete' ? (ledger.engineState as CompleteState).nextNumber : 0;
}
