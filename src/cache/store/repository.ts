import type pg from 'pg';
import { int8Column, uuidColumn } from '../../database/columns.js';
import type { CacheName } from '../../domain/cache-name.js';
import { assemble, complete } from '../../domain/coincidence/complete.js';
import type { EngineName, Observation } from '../../domain/coincidence/engine.js';
import { ENGINE_RULES } from '../../domain/coincidence/engine-rules.js';
import { deserializeReference, reference, serializeReference } from '../../domain/coincidence/reference.js';
import type { Json } from '../../domain/commands.js';
import type { Duration, Instant } from '../../domain/time.js';
import type { Known } from './known.js';
import * as sql from './read-statements.js';
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
import type { Statement } from './statement.js';
import { CONFIRM } from './write-statements.js';

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

/** The sums over a detector's heartbeats, for detectors whose last heartbeat said ON (statement `context`). */
export interface SteadyPulse {
  readonly detector: string;
  readonly last_ms: number;
  readonly first_ms: number;
  readonly heartbeats: number;
  readonly squares: number;
}

/** What `context` looks up about a batch. */
export interface AskedContext {
  readonly uuids: string[];
  readonly targets: string[];
  readonly detectors: string[];
  readonly minutes: number[];
  readonly now: Instant;
  /** Detectors whose last heartbeat is older are off. */
  readonly heardSince: Date;
}

/** What the database knows about a batch before its commands are judged. */
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
  /** The detectors that may be on, for the false alarm figure. */
  readonly pulses: readonly SteadyPulse[];
}

/** Up to this number of times, the rows that a batch may show are fetched together with its neighbourhood. */
const FEW_TIMES = 16;

export interface Loaded {
  readonly engine: RunningEngine;
  readonly meta: ReadonlyMap<number, StandingMeta>;
  /** Details of the rows that are likely to be shown. */
  readonly details: ReadonlyMap<number, RowDetails>;
}

/** Disjoint intervals of time, in nanoseconds. */
interface Stretches {
  readonly from: readonly bigint[];
  readonly to: readonly bigint[];
}

/** The neighbourhood of some times, as it was read. */
interface Neighbourhood {
  readonly observations: readonly Observation[];
  readonly subGroups: SubGroupRow[];
  readonly details: ReadonlyMap<number, RowDetails>;
}

/** The queries of one transaction on the tables of the caches. The only SQL of the hot path. */
export class Repository {
  private spoilt: unknown;
  private readonly sent: Promise<unknown>[] = [];

  constructor(private readonly client: pg.ClientBase) {}

  /** @throws the first error of the transaction */
  // biome-ignore lint/suspicious/noExplicitAny: each statement has rows of its own
  async query(statement: Statement, values: unknown[]): Promise<any[]> {
    try {
      return (await this.client.query({ ...statement, values })).rows;
    } catch (error) {
      // After the first failure PostgreSQL rejects the rest of the transaction. Only the first error tells why.
      this.spoilt ??= error;
      throw this.spoilt;
    }
  }

  /** Sends a statement without waiting for its result. */
  send(statement: Statement, values: unknown[]): void {
    const done = this.query(statement, values);
    // allSent reports the failure. Until it is called, the rejection must not count as unhandled.
    done.catch(() => {});
    this.sent.push(done);
  }

  /** Settles when all that was sent is done. @throws the first failure */
  async allSent(): Promise<void> {
    await Promise.all(this.sent);
  }

  /**
   * Makes the commit wait until rows that other transactions have stored are as durable as its own would be: their
   * transactions may not have waited for the synchronous standby.
   */
  confirm(): void {
    this.send(CONFIRM, []);
  }

  async lockCache(cache: CacheName): Promise<CacheRow> {
    const [row] = await this.query(sql.LOCK_CACHE, [cache]);
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
  }

  async lockAllCaches(): Promise<void> {
    await this.query(sql.LOCK_ALL_CACHES, []);
  }

  async context(cache: CacheName, asked: AskedContext): Promise<Context> {
    const { uuids, targets, detectors, minutes, now, heardSince } = asked;
    const [row] = await this.query(sql.CONTEXT, [
      cache,
      uuidColumn('uuid', uuids),
      uuidColumn('target', targets),
      detectors,
      minutes,
      now,
      heardSince,
    ]);
    return row;
  }

  /** Reads the neighbourhood of these times for `load`. May be sent before the lock is known to be held. */
  async neighbourhood(cache: CacheName, window: Duration, times: readonly Instant[]): Promise<Neighbourhood> {
    const near = stretches(times, 3n * window, 3n * window);
    // Sub-groups that are further away share no observation with those that may change; see coincidence.md, "local".
    const anchored = stretches(times, 3n * window, 2n * window);
    // The outermost of these do not change, so their rows are not needed.
    const changeable = stretches(times, 2n * window, window);
    const [[columns], subGroups, details] = await Promise.all([
      this.query(sql.OBSERVATIONS_NEAR, [cache, int8Column('from', near.from), int8Column('to', near.to)]),
      this.query(sql.SUB_GROUPS_NEAR, [cache, int8Column('from', anchored.from), int8Column('to', anchored.to)]),
      // A long batch has many neighbours and shows few of them. It fetches these when it knows which they are.
      times.length > FEW_TIMES
        ? []
        : this.query(sql.ROW_DETAILS_NEAR, [
            cache,
            int8Column('from', changeable.from),
            int8Column('to', changeable.to),
          ]),
    ]);
    return { observations: toObservations(columns), subGroups, details: toDetails(details) };
  }

  /** Returns the engine in the state of the neighbourhood if it is local, otherwise in that of the whole cache. */
  async load(row: CacheRow, neighbourhood: Promise<Neighbourhood>): Promise<Loaded> {
    if (!ENGINE_RULES[row.engine].isLocal) {
      return this.loadReference(row, await this.query(sql.SUB_GROUPS_OPEN, [row.name]));
    }
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
  }

  private async loadReference(row: CacheRow, subGroups: SubGroupRow[]): Promise<Loaded> {
    const orders = subGroups.flatMap(ordersOf);
    const rows = await this.query(sql.OBSERVATIONS_BY_COMMAND, [row.name, orders]);
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

  async rowDetails(cache: CacheName, orders: readonly number[]): Promise<Map<number, RowDetails>> {
    return toDetails(await this.query(sql.ROW_DETAILS, [cache, orders]));
  }

  /** @param now observations that are due then are left out; null to include them */
  async standingOf(
    cache: CacheName,
    detector: string,
    atMost: number | null,
    now: Instant | null,
  ): Promise<Standing[]> {
    return (await this.query(sql.STANDING_OF_DETECTOR, [cache, detector, atMost, now])).map(toStanding);
  }

  async dueToExpire(cache: CacheName, now: Instant, atMost: number): Promise<Standing[]> {
    return (await this.query(sql.DUE_TO_EXPIRE, [cache, now, atMost])).map(toStanding);
  }

  /** The observations that are due and could belong to sub-groups near these times. */
  async dueNear(row: CacheRow, times: readonly Instant[], now: Instant): Promise<Standing[]> {
    const near = stretches(times, 3n * row.window, 3n * row.window);
    const values = [row.name, int8Column('from', near.from), int8Column('to', near.to), now];
    return (await this.query(sql.DUE_NEAR, values)).map(toStanding);
  }

  async pulses(since: Date): Promise<SteadyPulse[]> {
    return (await this.query(sql.PULSES, [since]))[0].pulses;
  }

  /** The last ordinal of an event on each of these days; 0 if there is no event yet. */
  async eventsOfDays(cache: CacheName, days: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.query(sql.EVENTS_OF_DAYS, [cache, days]);
    return new Map(days.map((day) => [day, rows.find((row) => row.day === day)?.last ?? 0]));
  }
}

function byOrderOf(observations: readonly Observation[]): Map<number, Observation> {
  const byOrder = new Map<number, Observation>();
  for (const observation of observations) byOrder.set(observation.order, observation);
  return byOrder;
}

/** Joins the intervals [time − before, time + after] of all times into disjoint ones. */
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
