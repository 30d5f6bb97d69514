import type pg from 'pg';
import { int8Column, uuidColumn } from '../../database/columns.js';
import type { CacheName } from '../../domain/cache-name.js';
import { assemble, complete } from '../../domain/coincidence/complete.js';
import type { EngineName, Observation } from '../../domain/coincidence/engine.js';
import { deserializeReference, reference, serializeReference } from '../../domain/coincidence/reference.js';
import type { Json } from '../../domain/commands.js';
import type { Duration, Instant } from '../../domain/time.js';
import type { Known } from './known.js';
import {
  ordersOf,
  type RowDetails,
  type Standing,
  type StandingMeta,
  type SubGroupRow,
  toDetails,
  toMeta,
  toObservation,
  toObservations,
  toStanding,
  toSubGroup,
} from './rows.js';
import { type RunningEngine, run } from './running-engine.js';
import * as sql from './statements.js';

/** The only place that speaks SQL to the coincidence tables on the hot path; one per transaction. */
export type Repository = ReturnType<typeof createRepository>;

/** A cache's row, locked. */
export interface CacheRow {
  readonly name: CacheName;
  readonly engine: EngineName;
  readonly window: Duration;
  version: bigint;
  changedAt: Date;
  nextCommand: bigint;
  nextSubGroup: number;
  nextSequence: bigint;
  lastSent: Instant;
  engineState: unknown;
  resetCount: number;
  readonly resetCommand: bigint;
}

/** What a detector's heartbeats sum up to, as the statement `context` tells it of those whose last one said ON. */
export interface SteadyPulse {
  readonly detector: string;
  readonly last_ms: number;
  readonly first_ms: number;
  readonly beats: number;
  readonly squares: number;
}

/** What is known about a batch before it is gone through. */
export interface Context {
  readonly due: boolean;
  readonly known: readonly (Known & { argument: Json })[];
  readonly targets: readonly { uuid: string; command: number; detector: string; neutrino_ns: string; state: string }[];
  readonly pending: readonly { target: string; by: string; detector: string; expires_at: number }[];
  readonly muted: readonly string[];
  readonly detectors: readonly string[];
  readonly minutes: readonly {
    readonly detector: string;
    readonly minute: number;
    readonly observations: number;
    readonly retractions: number;
  }[];
  /** Of the detectors that may be on, as the false alarm figure counts them. */
  readonly pulses: readonly SteadyPulse[];
}

/** Times of a batch up to which the rows that it may show are fetched at once with its neighbourhood. */
const FEW_TIMES = 16;

export interface Loaded {
  readonly engine: RunningEngine;
  readonly meta: ReadonlyMap<number, StandingMeta>;
  /** Of rows that are likely to be shown. */
  readonly details: ReadonlyMap<number, RowDetails>;
}

/** Stretches of time, disjoint, in nanoseconds. */
interface Stretches {
  readonly from: readonly bigint[];
  readonly to: readonly bigint[];
}

export function createRepository(client: pg.ClientBase) {
  let spoilt: unknown;
  const query = async (statement: sql.Statement, values: unknown[]) => {
    try {
      return (await client.query({ ...statement, values })).rows;
    } catch (error) {
      // After the first failure PostgreSQL refuses the rest of the transaction: only the first tells why.
      spoilt ??= error;
      throw spoilt;
    }
  };

  const sent: Promise<unknown>[] = [];

  async function loadComplete(cache: CacheName, window: Duration, times: readonly Instant[]) {
    const near = stretches(times, 3n * window, 3n * window);
    // A window further on shares nothing with what may change; see coincidence.md, "local".
    const anchored = stretches(times, 3n * window, 2n * window);
    // Nor does the table of one still nearer change, so that nobody will ask for its rows.
    const changeable = stretches(times, 2n * window, window);
    const [[columns], subGroups, details] = await Promise.all([
      query(sql.OBSERVATIONS_NEAR, [cache, int8Column('from', near.from), int8Column('to', near.to)]),
      query(sql.SUB_GROUPS_NEAR, [cache, int8Column('from', anchored.from), int8Column('to', anchored.to)]),
      // A long batch has many neighbours and shows few of them: it asks for these when it knows which.
      times.length > FEW_TIMES
        ? []
        : query(sql.ROW_DETAILS_NEAR, [cache, int8Column('from', changeable.from), int8Column('to', changeable.to)]),
    ]);
    return { observations: toObservations(columns), subGroups, details: toDetails(details) };
  }

  return {
    async lockCache(cache: CacheName): Promise<CacheRow> {
      const [row] = await query(sql.LOCK_CACHE, [cache]);
      return {
        name: row.name,
        engine: row.engine,
        window: row.window_ns,
        version: row.version,
        changedAt: row.changed_at,
        nextCommand: row.next_command,
        nextSubGroup: row.next_sub_group,
        nextSequence: row.next_sequence,
        lastSent: row.last_sent_ns,
        engineState: row.engine_state,
        resetCount: row.reset_count,
        resetCommand: row.reset_command,
      };
    },

    async lockAllCaches(): Promise<void> {
      await query(sql.LOCK_ALL_CACHES, []);
    },

    async context(
      cache: CacheName,
      asked: {
        uuids: string[];
        targets: string[];
        detectors: string[];
        minutes: number[];
        now: Instant;
        heardSince: Date;
      },
    ): Promise<Context> {
      const { uuids, targets, detectors, minutes } = asked;
      const values = [
        cache,
        uuidColumn('uuid', uuids),
        uuidColumn('target', targets),
        detectors,
        minutes,
        asked.now,
        asked.heardSince,
      ];
      const [row] = await query(sql.CONTEXT, values);
      return row;
    },

    /** What `load` needs of the neighbourhood of these times; may be sent before the lock is known to be held. */
    neighbourhood: loadComplete,

    /** The engine in the state of the neighbourhood (`complete`), or of the whole cache (`reference`). */
    async load(row: CacheRow, neighbourhood: ReturnType<typeof loadComplete>): Promise<Loaded> {
      if (row.engine === 'reference') return loadReference(row, await query(sql.SUB_GROUPS_OPEN, [row.name]));
      const { observations, subGroups, details } = await neighbourhood;
      const byOrder = byOrderOf(observations);
      const state = assemble(
        row.window,
        row.nextSubGroup,
        observations,
        subGroups.map((subGroup) => toSubGroup(subGroup, byOrder)),
      );
      return {
        engine: run(complete, state, ({ nextNumber }) => ({ nextSubGroup: nextNumber, engineState: null })),
        meta: toMeta(subGroups),
        details,
      };
    },

    async rowDetails(cache: CacheName, orders: readonly number[]): Promise<Map<number, RowDetails>> {
      return toDetails(await query(sql.ROW_DETAILS, [cache, orders]));
    },

    /** @param now what is due then is left out; null: it isn't */
    async standingOf(
      cache: CacheName,
      detector: string,
      atMost: number | null,
      now: Instant | null,
    ): Promise<Standing[]> {
      return (await query(sql.STANDING_OF_DETECTOR, [cache, detector, atMost, now])).map(toStanding);
    },

    async dueToExpire(cache: CacheName, now: Instant, atMost: number): Promise<Standing[]> {
      return (await query(sql.DUE_TO_EXPIRE, [cache, now, atMost])).map(toStanding);
    },

    /** What is due of that which tables near these times could be made of. */
    async dueNear(row: CacheRow, times: readonly Instant[], now: Instant): Promise<Standing[]> {
      const near = stretches(times, 3n * row.window, 3n * row.window);
      return (await query(sql.DUE_NEAR, [row.name, int8Column('from', near.from), int8Column('to', near.to), now])).map(
        toStanding,
      );
    },

    async pulses(since: Date): Promise<SteadyPulse[]> {
      return (await query(sql.PULSES, [since]))[0].pulses;
    },

    /** The last ordinal of each of these days; 0 where there is no event yet. */
    async eventsOfDays(cache: CacheName, days: readonly string[]): Promise<Map<string, number>> {
      const rows = await query(sql.EVENTS_OF_DAYS, [cache, days]);
      return new Map(days.map((day) => [day, rows.find((row) => row.day === day)?.last ?? 0]));
    },

    query,

    /** Sends a statement whose result nobody needs; the next ones needn't wait for it. */
    send(statement: sql.Statement, values: unknown[]): void {
      const done = query(statement, values);
      // Whoever waits for what was sent hears of a failure: until then it must not count as unheard.
      done.catch(() => {});
      sent.push(done);
    },

    /**
     * What is stored already is as safe as what this transaction would write, when it is done: who stored it may not have
     * waited for the synchronous standby.
     */
    confirm(): void {
      this.send(sql.CONFIRM, []);
    },

    /** Everything that was sent, with the first failure. */
    async allSent(): Promise<void> {
      await Promise.all(sent);
    },
  };

  async function loadReference(row: CacheRow, subGroups: SubGroupRow[]): Promise<Loaded> {
    const orders = subGroups.flatMap(ordersOf);
    const rows = await query(sql.OBSERVATIONS_BY_COMMAND, [row.name, orders]);
    const byOrder = byOrderOf(rows.map(toObservation));
    const state =
      row.engineState === null ? reference.empty(row.window) : deserializeReference(row.engineState, byOrder);
    return {
      engine: run(reference, state, (reached) => ({
        nextSubGroup: row.nextSubGroup,
        engineState: serializeReference(reached),
      })),
      meta: toMeta(subGroups),
      details: new Map(),
    };
  }
}

function byOrderOf(observations: readonly Observation[]): Map<number, Observation> {
  const byOrder = new Map<number, Observation>();
  for (const observation of observations) byOrder.set(observation.order, observation);
  return byOrder;
}

/** Joins [time − before, time + after] of all times into disjoint stretches. */
function stretches(times: readonly Instant[], before: bigint, after: bigint): Stretches {
  const sorted = [...times].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const from: bigint[] = [];
  const to: bigint[] = [];
  for (const time of sorted) {
    const last = to.length - 1;
    if (last >= 0 && time - before <= (to[last] as bigint)) {
      to[last] = time + after;
    } else {
      from.push(time - before);
      to.push(time + after);
    }
  }
  return { from, to };
}
