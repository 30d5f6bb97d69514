import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { connectPatiently } from '../../database/pool.js';
import type { CacheName } from '../../domain/cache-name.js';
import { type CompleteState, complete, observeAll } from '../../domain/coincidence/complete.js';
import type { EngineAlert, EngineName, SubGroup } from '../../domain/coincidence/engine.js';
import { engineNamed } from '../../domain/coincidence/engines.js';
import type { Ledger } from '../../domain/coincidence/ledger.js';
import { type ReferenceState, serializeReference } from '../../domain/coincidence/reference.js';
import type { Duration, Instant } from '../../domain/time.js';
import { AlertIds } from '../outcome/alert-ids.js';
import { type HistoryProgress, IS_KEPT, openLedger, readHistory } from './history.js';

/** Where what is stored differs from what follows from the rules. */
export interface Difference {
  readonly what: string;
  readonly stored: unknown;
  readonly expected: unknown;
}

export interface AuditReport {
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

/** More differences than this say nothing more. */
const MOST_DIFFERENCES = 100;

/**
 * Recomputes a cache's tables from its active observations and, where all commands since the last reset are
 * kept, its numbers, alerts and observations' states by going through them again; compares with what is stored.
 * Reads one snapshot: the service may go on.
 */
export async function auditCache(
  databaseUrl: string,
  cache: CacheName,
  progress: HistoryProgress = () => undefined,
): Promise<AuditReport> {
  const client = await connectPatiently(databaseUrl);
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await audit(client, cache, progress);
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
}

interface StoredAlert {
  readonly id: string;
  readonly sequence: bigint;
  readonly command: bigint;
  readonly message_uuid: string;
  readonly alert_type: EngineAlert['type'];
  readonly sub_group: number;
  readonly observations: string[];
}

/** Collects differences; equal values leave no trace. */
class Comparison {
  readonly checked: string[] = [];
  readonly differences: Difference[] = [];

  expect(what: string, stored: unknown, expected: unknown): void {
    if (isDeepStrictEqual(stored, expected) || this.differences.length >= MOST_DIFFERENCES) return;
    this.differences.push({ what, stored, expected });
  }
}

async function audit(client: pg.Client, cache: CacheName, progress: HistoryProgress): Promise<AuditReport> {
  const found = new Comparison();
  const { rows: caches } = await client.query<StoredCache>(
    `SELECT engine, window_ns, next_command, next_sub_group, next_sequence, reset_count, reset_command, engine_state
     FROM cache WHERE name = $1`,
    [cache],
  );
  const [row] = caches;
  if (row === undefined) throw new Error(`the cache ${cache} has not been founded: start the server once`);

  await checkSequences(client, cache, row, found);
  const stored = await storedTables(client, cache);
  if (row.engine === 'complete') await checkTables(client, cache, row, stored, found);

  const { rows: kept } = await client.query<{ kept: bigint }>(
    `SELECT count(*) AS kept FROM message m WHERE cache = $1 AND command > $2
       AND ${IS_KEPT}`,
    [cache, row.reset_command],
  );
  const commands = Number(kept[0]?.kept ?? 0);
  const replayed = commands === Number(row.next_command - row.reset_command - 1n);
  if (replayed) await checkReplay(client, cache, row, stored, found, (done) => progress(done, commands));
  const { checked, differences } = found;
  return { cache, clean: differences.length === 0, checked, differences, replayed, commands };
}

/** Sequences have no gap and no double, and times rise with them. */
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

type Tables = ReadonlyMap<number, { readonly anchor: number; readonly rows: number[]; readonly deltas: string[] }>;

async function storedTables(client: pg.Client, cache: CacheName): Promise<Tables> {
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

function tablesOf(subGroups: readonly SubGroup[]): Tables {
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

/** The tables follow from the active observations alone, whatever order they came in; only numbers need history. */
async function checkTables(client: pg.Client, cache: CacheName, row: StoredCache, stored: Tables, found: Comparison) {
  found.checked.push('tables follow from the active observations');
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
  const rowsOf = (tables: Tables) => [...tables.values()].map((table) => table.rows.join()).sort();
  found.expect(
    'tables of the active observations, by their commands',
    rowsOf(stored),
    rowsOf(tablesOf(complete.subGroups(state))),
  );
}

async function checkReplay(
  client: pg.Client,
  cache: CacheName,
  row: StoredCache,
  stored: Tables,
  found: Comparison,
  progress: (done: number) => void,
) {
  found.checked.push('replayed: states of observations, tables with their numbers, alerts with their ids');
  const { rows: alerts } = await client.query<StoredAlert>(
    `SELECT id, sequence, command, message_uuid, alert_type, sub_group, observations FROM alert
     WHERE cache = $1 AND command > $2 ORDER BY sequence`,
    [cache, row.reset_command],
  );
  const ledger = await openLedger(client, cache, row.reset_command);
  const ids = new AlertIds(cache, row.reset_count);
  const states: [order: number, state: string][] = [];
  let next = 0;
  let done = 0;
  for await (const { command, messageUuid, states: brought } of readHistory(client, cache, row.reset_command)) {
    for (const alert of ledger.apply(command)) {
      const expected = expectedAlert(ledger, alert, command.order, messageUuid, ids);
      const was = alerts[next++];
      found.expect(`alert of command ${command.order}`, was && { ...was, sequence: undefined }, expected);
    }
    states.push(...brought);
    progress(++done);
  }
  found.expect('alerts beyond those that the commands cause', alerts.length - next, 0);
  for (const [order, state] of states) found.expect(`state of observation ${order}`, state, ledger.stateOf(order));

  const expected = tablesOf(ledger.subGroups());
  for (const number of new Set([...stored.keys(), ...expected.keys()])) {
    found.expect(`sub-group ${number}`, stored.get(number), expected.get(number));
  }
  found.expect('engine', row.engine, ledger.engine.name);
  if (row.engine !== ledger.engine.name) return;
  if (row.engine === 'complete') {
    found.expect('next sub-group number', row.next_sub_group, (ledger.engineState as CompleteState).nextNumber);
  } else {
    const state = serializeReference(ledger.engineState as ReferenceState);
    const empty = serializeReference(engineNamed('reference').empty(row.window_ns) as ReferenceState);
    found.expect('engine state', row.engine_state ?? toJson(empty), toJson(state));
  }
}

function expectedAlert(ledger: Ledger, alert: EngineAlert, command: number, messageUuid: string, ids: AlertIds) {
  const observations = alert.rows.map(({ observation }) => ledger.uuidOf(observation.order) ?? 'missing');
  return {
    id: ids.next(messageUuid, alert, observations),
    sequence: undefined,
    command: BigInt(command),
    message_uuid: messageUuid,
    alert_type: alert.type,
    sub_group: alert.subGroup,
    observations,
  };
}

/** As it comes back from a JSON column. */
function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
