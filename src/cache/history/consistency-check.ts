import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { connectPatiently } from '../../database/pool.js';
import type { CacheName } from '../../domain/cache-name.js';
import { complete, observeAll } from '../../domain/coincidence/complete.js';
import type { EngineAlert, EngineName, SubGroup } from '../../domain/coincidence/engine.js';
import { ENGINE_RULES } from '../../domain/coincidence/engine-rules.js';
import type { Ledger } from '../../domain/coincidence/ledger.js';
import { reference, serializeReference } from '../../domain/coincidence/reference.js';
import type { Duration, Instant } from '../../domain/time.js';
import { AlertIds } from '../outcome/alert-ids.js';
import { type HistoryProgress, KEPT_COMMANDS, readHistory, rulesAfter } from './history.js';
import { beginReplay, replayAs } from './replay.js';

/** A stored value that differs from what follows from the commands. */
export interface Difference {
  readonly what: string;
  readonly stored: unknown;
  readonly expected: unknown;
}

export interface ConsistencyReport {
  readonly cache: CacheName;
  readonly clean: boolean;
  /** What was compared. */
  readonly checked: readonly string[];
  readonly differences: readonly Difference[];
  /** True if the commands since the last reset are all kept, so that numbers and alerts could be checked too. */
  readonly replayed: boolean;
  /** How many commands were replayed. */
  readonly commands: number;
}

/** Further differences are not reported. */
const MOST_DIFFERENCES = 100;

/**
 * The consistency check. Recomputes a cache's sub-groups from its active observations and compares them with the stored
 * ones. If all commands since the last reset are kept, it replays them and compares numbers, alerts and observations'
 * states too. It reads one snapshot, so the service can go on.
 */
export async function checkConsistency(
  databaseUrl: string,
  cache: CacheName,
  progress: HistoryProgress = () => undefined,
): Promise<ConsistencyReport> {
  const client = await connectPatiently(databaseUrl);
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await checkIn(client, cache, progress);
  } finally {
    await client.end();
  }
}

interface StoredCache {
  readonly engine: EngineName;
  readonly window_ns: Duration;
  readonly next_command: bigint;
  readonly next_sub_group: number;
  readonly next_sequence: bigint;
  readonly reset_count: number;
  readonly reset_command: bigint;
  readonly engine_state: unknown;
  /** How many of its commands since the last reset are kept. */
  readonly kept: bigint;
}

interface StoredAlert {
  readonly id: string;
  readonly command: bigint;
  readonly message_uuid: string;
  readonly alert_type: EngineAlert['type'];
  readonly sub_group: number;
  readonly observations: string[];
}

/** Collects differences. */
class Comparison {
  readonly checked: string[] = [];
  readonly differences: Difference[] = [];

  expect(what: string, stored: unknown, expected: unknown): void {
    if (isDeepStrictEqual(stored, expected) || this.differences.length >= MOST_DIFFERENCES) return;
    this.differences.push({ what, stored, expected });
  }
}

async function checkIn(client: pg.Client, cache: CacheName, progress: HistoryProgress): Promise<ConsistencyReport> {
  const found = new Comparison();
  const { rows: caches } = await client.query<StoredCache>(
    `SELECT engine, window_ns, next_command, next_sub_group, next_sequence, reset_count, reset_command, engine_state,
       ${KEPT_COMMANDS} AS kept
     FROM cache c WHERE name = $1`,
    [cache],
  );
  const [row] = caches;
  if (row === undefined) throw new Error(`the cache ${cache} does not exist yet: start the server once`);

  await checkSequences(client, cache, row, found);
  const stored = await storedSubGroups(client, cache);
  if (ENGINE_RULES[row.engine].isLocal) await checkSubGroups(client, cache, row, stored, found);

  const commands = Number(row.kept);
  const replayed = commands === Number(row.next_command - row.reset_command - 1n);
  if (replayed) await checkReplay(client, cache, row, stored, found, (done) => progress(done, commands));
  const { checked, differences } = found;
  return { cache, clean: differences.length === 0, checked, differences, replayed, commands };
}

/** Sequences have no gaps and no duplicates, and times rise with them. */
async function checkSequences(client: pg.Client, cache: CacheName, row: StoredCache, found: Comparison) {
  found.checked.push('alert sequences have no gap and no double, and their times rise');
  const { rows } = await client.query(
    `SELECT count(*) AS alerts, coalesce(max(sequence), 0) AS last, count(DISTINCT id) AS ids,
       count(*) FILTER (WHERE sent_ns <= before) AS not_rising
     FROM (SELECT id, sequence, sent_ns, lag(sent_ns) OVER (ORDER BY sequence) AS before FROM alert WHERE cache = $1) a`,
    [cache],
  );
  const expected = row.next_sequence - 1n;
  found.expect('alerts in all', rows[0].alerts, expected);
  found.expect('newest alert sequence', rows[0].last, expected);
  found.expect('alerts with an id of their own', rows[0].ids, expected);
  found.expect('alerts not later than the one before', rows[0].not_rising, 0n);
}

type SubGroups = ReadonlyMap<number, { readonly anchor: number; readonly rows: number[]; readonly deltas: string[] }>;

async function storedSubGroups(client: pg.Client, cache: CacheName): Promise<SubGroups> {
  const { rows } = await client.query(
    'SELECT number, anchor_command, rows, deltas FROM sub_group WHERE cache = $1 AND closed_at IS NULL ORDER BY number',
    [cache],
  );
  return new Map(
    rows.map((row) => [
      row.number,
      { anchor: Number(row.anchor_command), rows: row.rows.map(Number), deltas: row.deltas.map(String) },
    ]),
  );
}

function comparable(subGroups: readonly SubGroup[]): SubGroups {
  return new Map(
    subGroups.map(({ number, anchor, rows }) => [
      number,
      {
        anchor: anchor.order,
        rows: rows.map(({ observation }) => observation.order),
        deltas: rows.map(({ delta }) => delta.toString()),
      },
    ]),
  );
}

/** Sub-groups follow from the active observations alone, in whatever order they were received; only numbers need the history. */
async function checkSubGroups(
  client: pg.Client,
  cache: CacheName,
  row: StoredCache,
  stored: SubGroups,
  found: Comparison,
) {
  found.checked.push('sub-groups follow from the active observations');
  const { rows } = await client.query<{ command: bigint; detector_name: string; neutrino_ns: Instant }>(
    `SELECT command, detector_name, neutrino_ns FROM observation WHERE cache = $1 AND state = 'active' ORDER BY neutrino_ns`,
    [cache],
  );
  const observations = rows.map(({ command, detector_name, neutrino_ns }) => ({
    order: Number(command),
    detector: detector_name,
    time: neutrino_ns,
  }));
  const state = observeAll(complete.empty(row.window_ns), observations);
  const rowsOf = (subGroups: SubGroups) => [...subGroups.values()].map(({ rows }) => rows.join()).sort();
  found.expect(
    'sub-groups of the active observations, by their commands',
    rowsOf(stored),
    rowsOf(comparable(complete.subGroups(state))),
  );
}

/** In the order in which they were sent. */
async function storedAlerts(client: pg.Client, cache: CacheName, after: bigint): Promise<StoredAlert[]> {
  const { rows } = await client.query<StoredAlert>(
    `SELECT id, command, message_uuid, alert_type, sub_group, observations FROM alert
     WHERE cache = $1 AND command > $2 ORDER BY sequence`,
    [cache, after],
  );
  return rows;
}

/** Replays the commands since the last reset. */
async function checkReplay(
  client: pg.Client,
  cache: CacheName,
  row: StoredCache,
  stored: SubGroups,
  found: Comparison,
  progress: (done: number) => void,
) {
  found.checked.push('replayed: states of observations, sub-groups with their numbers, alerts with their ids');
  const alerts = await storedAlerts(client, cache, row.reset_command);
  const ids = new AlertIds(cache, row.reset_count);
  const uuids = new Map<number, string>();
  const states: [order: number, state: string][] = [];
  let replay = beginReplay(await rulesAfter(client, cache, row.reset_command));
  let next = 0;
  let done = 0;
  for await (const recorded of readHistory(client, cache, row.reset_command, row.next_command - 1n)) {
    const { command, messageUuid } = recorded;
    if (command.kind === 'observe') uuids.set(command.order, command.uuid);
    if (command.kind === 'undo-reset') for (const { order, uuid } of command.observations) uuids.set(order, uuid);
    if (command.kind === 'switch') {
      replay = await replayAs(client, cache, command, [row.reset_command, BigInt(command.order) - 1n]);
    } else {
      for (const alert of await replay.ledger.apply(command)) {
        const observations = alert.rows.map(({ observation }) => uuids.get(observation.order) ?? 'missing');
        const expected = {
          id: ids.next(messageUuid, alert, observations),
          command: BigInt(command.order),
          message_uuid: messageUuid,
          alert_type: alert.type,
          sub_group: alert.subGroup,
          observations,
        };
        found.expect(`alert of command ${command.order}`, alerts[next++], expected);
      }
    }
    states.push(...recorded.states);
    progress(++done);
  }
  found.expect('alerts beyond those that the commands cause', alerts.length - next, 0);
  for (const [order, state] of states) found.expect(`state of observation ${order}`, state, replay.states.get(order));
  checkReached(replay.ledger, row, stored, found);
}

function checkReached(ledger: Ledger, row: StoredCache, stored: SubGroups, found: Comparison): void {
  const expected = comparable(ledger.subGroups());
  for (const number of new Set([...stored.keys(), ...expected.keys()])) {
    found.expect(`sub-group ${number}`, stored.get(number), expected.get(number));
  }
  found.expect('engine', row.engine, ledger.engineName);
  if (row.engine !== ledger.engineName) return;
  const { nextSubGroup, engineState } = ledger.stored();
  if (ENGINE_RULES[row.engine].isLocal) {
    found.expect('next sub-group number', row.next_sub_group, nextSubGroup);
  } else {
    const empty = serializeReference(reference.empty(row.window_ns));
    found.expect('engine state', row.engine_state ?? toJson(empty), toJson(engineState));
  }
}

/** As a JSON column returns it. */
function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
