import type pg from 'pg';
import type { Observation, SubGroup } from '../../domain/coincidence/engine.js';
import type { Json } from '../../domain/commands.js';
import { elapsed, type Instant } from '../../domain/time.js';
import type { StoredFalseAlarm } from '../../reads/sub-group-view.js';

/** How rows of the hot statements are read. */

/** A standing observation: active, or muted and in no sub-group. */
export interface Standing {
  readonly observation: Observation;
  readonly uuid: string;
  readonly state: 'active' | 'muted';
}

/** The observations that are active. */
export function active(standing: readonly Standing[]): Observation[] {
  return standing.filter(({ state }) => state === 'active').map(({ observation }) => observation);
}

export interface RowDetails {
  readonly order: number;
  readonly uuid: string;
  readonly id: string;
  readonly detectorName: string;
  readonly neutrinoTime: string;
  readonly receivedTime: Instant;
  readonly pVal: number | null;
  readonly isPreSn: boolean;
  readonly machineTime: string | null;
  readonly meta: Json;
}

/** What must be known of an open sub-group, beside its rows, to change it. */
export interface StandingMeta {
  /** The key of its row in the database; undefined until it has one. */
  readonly key: bigint | undefined;
  /** The number of its rows. */
  readonly size: number;
  readonly eventId: string | null;
  readonly createdAt: Date;
}

/** What belongs to a sub-group beside its rows. */
export interface SubGroupMeta extends StandingMeta {
  readonly preSn: boolean;
  readonly falseAlarm: StoredFalseAlarm | null;
  readonly updatedAt: Date;
}

/** A row of sub_group as pg returns it, with arrays and times as text. */
export interface SubGroupRow {
  readonly key: bigint;
  readonly number: number;
  readonly anchor_command: bigint;
  readonly rows: string;
  readonly event_id: string | null;
  readonly created_at: string;
}

/** The observations of a sub-group's rows, by their commands. */
export function ordersOf({ rows }: SubGroupRow): number[] {
  return numbersIn(rows);
}

/** @param text an array of PostgreSQL as text: `{1,2}` */
function numbersIn(text: string): number[] {
  return text === '{}' ? [] : text.slice(1, -1).split(',').map(Number);
}

export function toObservation(row: { command: bigint; detector_name: string; neutrino_ns: Instant }): Observation {
  return { order: Number(row.command), detector: row.detector_name, time: row.neutrino_ns };
}

/** @param columns of OBSERVATIONS_NEAR */
export function toObservations({ commands, detectors, times }: pg.QueryResult['rows'][number]): Observation[] {
  return numbersIn(commands).map((order, i) => ({ order, detector: detectors[i], time: times[i] }));
}

export function toDetails(rows: pg.QueryResult['rows']): Map<number, RowDetails> {
  return new Map(
    rows.map((row) => [
      Number(row.command),
      {
        order: Number(row.command),
        uuid: row.uuid,
        id: row.id,
        detectorName: row.detector_name,
        neutrinoTime: row.neutrino_time,
        receivedTime: row.received_ns,
        pVal: row.p_val,
        isPreSn: row.is_pre_sn,
        machineTime: row.machine_time,
        meta: row.meta,
      },
    ]),
  );
}

export function toStanding(row: {
  command: bigint;
  detector_name: string;
  neutrino_ns: Instant;
  uuid: string;
  state: 'active' | 'muted';
}): Standing {
  return { observation: toObservation(row), uuid: row.uuid, state: row.state };
}

export function toSubGroup(row: SubGroupRow, byOrder: ReadonlyMap<number, Observation>): SubGroup {
  const rows = ordersOf(row).map((order) => observationOf(byOrder, order));
  const [first] = rows as [Observation];
  return {
    number: row.number,
    anchor: observationOf(byOrder, Number(row.anchor_command)),
    rows: rows.map((observation) => ({ observation, delta: elapsed(first.time, observation.time) })),
  };
}

function observationOf(byOrder: ReadonlyMap<number, Observation>, order: number): Observation {
  const observation = byOrder.get(order);
  if (observation === undefined) throw new Error(`the tables refer to observation ${order}, which is not active`);
  return observation;
}

/** A sub-group as it is stored. */
class StoredMeta implements StandingMeta {
  constructor(private readonly row: SubGroupRow) {}

  get key(): bigint {
    return this.row.key;
  }

  get size(): number {
    return ordersOf(this.row).length;
  }

  get eventId(): string | null {
    return this.row.event_id;
  }

  get createdAt(): Date {
    return new Date(this.row.created_at);
  }
}

/** By the numbers of the sub-groups. */
export function toMeta(rows: readonly SubGroupRow[]): Map<number, StandingMeta> {
  const metas = new Map<number, StandingMeta>();
  for (const row of rows) metas.set(row.number, new StoredMeta(row));
  return metas;
}
