import type pg from 'pg';
import { connectPatiently } from '../../database/pool.js';
import { lockAlone } from '../../database/replica-lock.js';
import type { Sharing } from '../../domain/coincidence/engine.js';
import type { Ledger } from '../../domain/coincidence/ledger.js';
import type { SwitchCommand } from '../../domain/commands.js';
import type { Effect } from '../outcome/effects.js';
import { daysOfNewCoincidences, type EffectContext, OutcomeWriter } from '../outcome/outcome.js';
import { Transcript } from '../outcome/transcript.js';
import * as sql from '../store/administration-statements.js';
import { detectorsOn, heardSince } from '../store/heartbeat-rows.js';
import { countObservations, firstMessageAt } from '../store/observation-counts.js';
import { SUB_GROUPS_OPEN } from '../store/read-statements.js';
import { recordOf } from '../store/records.js';
import { type CacheRow, Repository } from '../store/repository.js';
import { ordersOf, type SubGroupRow, toMeta } from '../store/rows.js';
import type { HistoryProgress } from './history.js';
import { replayAs } from './replay.js';

/** Added to the numbers of old sub-groups, so that they differ from all new ones. */
const OLD = -1_000_000_000;

/**
 * Changes the engine or window of caches while no replica runs. It rebuilds their sub-groups by replaying their commands.
 * No alert is sent, and existing coincidences keep their events.
 * @param begin is called with each cache before its turn
 * @throws DatabaseInUse if a replica runs
 */
export async function switchCaches(
  databaseUrl: string,
  commands: readonly SwitchCommand[],
  begin: (command: SwitchCommand) => HistoryProgress = () => () => undefined,
): Promise<void> {
  const client = await connectPatiently(databaseUrl);
  try {
    await lockAlone(client);
    for (const command of commands) {
      await client.query('BEGIN');
      await switchCache(client, command, begin(command));
      await client.query('COMMIT');
    }
  } finally {
    // The lock goes with the connection.
    await client.end();
  }
}

/** In an open transaction. It holds the cache's lock throughout; no replica runs that could wait for it. */
async function switchCache(client: pg.Client, command: SwitchCommand, progress: HistoryProgress): Promise<void> {
  const tx = new Repository(client);
  const now = new Date();
  const row = await tx.lockCache(command.cache);
  const order = Number(row.nextCommand++);
  const transcript = new Transcript(tx, row, now);
  transcript.message(
    recordOf({ kind: 'Switch', engine: command.engine, window: command.window }, command.cache, order, now),
  );

  const stored = new Map<number, string>();
  const total = order - Number(row.resetCommand) - 1;
  let done = 0;
  const past = [row.resetCommand, BigInt(order) - 1n] as const;
  const { ledger, states } = await replayAs(client, command.cache, command, past, (recorded) => {
    for (const [observation, state] of recorded.states) stored.set(observation, state);
    progress(++done, total);
  });
  for (const [observation, state] of stored) {
    const rebuilt = states.get(observation);
    if (rebuilt !== undefined && rebuilt !== state) {
      transcript.change({ command: observation, state: rebuilt, retracted_by: null });
    }
  }
  transcript.writeMessages();

  const switched: CacheRow = { ...row, engine: command.engine, window: command.window };
  const old = await tx.query(SUB_GROUPS_OPEN, [command.cache]);
  await tx.query(sql.CLOSE_SUB_GROUPS, [command.cache, now]);
  const subGroups = ledger.subGroups();
  const online = detectorsOn(await tx.pulses(heardSince(now)), [], now);
  const observed = await countObservations(client, now, await firstMessageAt(client));
  const outcome = await rebuiltOutcome(tx, switched, ledger, old, { now, serverTag: '', online, observed });
  Object.assign(switched, ledger.stored());
  switched.version++;
  switched.changedAt = now;
  Object.assign(row, switched);
  transcript.writeTables(new Map(), new Map(subGroups.map((subGroup) => [subGroup.number, subGroup])), outcome);
  transcript.writeCache();
  await tx.query(sql.SWITCH_CACHE, [command.cache, command.engine, command.window]);
  await tx.query(sql.ADD_AUDIT_LOG_ENTRY, [
    now,
    command.actor,
    'cache:switch',
    JSON.stringify({ cache: command.cache, engine: command.engine, window_ns: command.window.toString() }),
  ]);
  await tx.allSent();
}

/** Events and figures of the rebuilt sub-groups. Each coincidence joins the event of the old one with which it shares most rows. */
async function rebuiltOutcome(
  tx: Repository,
  row: CacheRow,
  ledger: Ledger,
  old: readonly SubGroupRow[],
  given: EffectContext,
): Promise<OutcomeWriter> {
  const subGroups = ledger.subGroups();
  const orders = subGroups.flatMap(({ rows }) => rows.map(({ observation }) => observation.order));
  const details = await tx.rowDetails(row.name, orders);
  const coincidences = old
    .map((known) => ({ known, orders: ordersOf(known) }))
    .filter(({ orders: { length } }) => length >= 2);
  const meta = toMeta(coincidences.map(({ known }) => ({ ...known, number: OLD + known.number })));
  const standingWith = new Map<number, SubGroupRow[]>();
  for (const { known, orders: held } of coincidences) {
    for (const order of held) standingWith.set(order, [...(standingWith.get(order) ?? []), known]);
  }
  const sharing = new Map<number, Sharing[]>();
  for (const subGroup of subGroups) {
    if (subGroup.rows.length < 2) continue;
    const shared = new Map<SubGroupRow, number>();
    for (const { observation } of subGroup.rows) {
      for (const known of standingWith.get(observation.order) ?? []) shared.set(known, (shared.get(known) ?? 0) + 1);
    }
    const before = [...shared].map(([known, observations]) => ({
      subGroup: { ...subGroup, number: OLD + known.number },
      observations,
    }));
    sharing.set(subGroup.number, [...before, ...ledger.sharing(subGroup)]);
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
  await outcome.outcomeOf(effect);
  for (const { known } of coincidences) {
    if (known.event_id !== null && !outcome.fates.has(known.event_id)) outcome.fates.set(known.event_id, 'closed');
  }
  return outcome;
}
