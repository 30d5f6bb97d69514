import type { Json } from '../../domain/commands.js';
import type { Duration, Instant } from '../../domain/time.js';
import type { TableView } from '../../domain/views.js';
import { Prisma } from '../../generated/prisma/client.js';
import { type StoredFalseAlarm, tableView } from './table-view.js';

/** One row of one sub-group, as the statements of this folder read it: the sub-group's columns repeat. */
export interface SubGroupRowRecord {
  readonly key: bigint;
  readonly number: number;
  readonly event_id: string | null;
  readonly pre_sn: boolean;
  readonly false_alarm: StoredFalseAlarm | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly closed_at: Date | null;
  /** How many rows the sub-group has. */
  readonly size: number;
  /** Null if the observation is older than the retention: only closed sub-groups of old events lose rows. */
  readonly uuid: string | null;
  readonly id: string;
  readonly detector_name: string;
  readonly neutrino_time: string;
  readonly delta: Duration;
  readonly received_ns: Instant;
  readonly p_val: number | null;
  readonly machine_time: string | null;
  readonly meta: Json;
}

/** A sub-group with what an event needs to know of it beside its table. */
export interface ReadSubGroup {
  readonly table: TableView;
  readonly eventId: string | null;
  readonly closedAt: Date | null;
  readonly size: number;
}

/** The columns of a `SubGroupRowRecord`; they go with `JOIN_ROWS`. */
export const ROW_COLUMNS = Prisma.sql`
  s.key, s.number, s.event_id, s.pre_sn, s.false_alarm, s.created_at, s.updated_at, s.closed_at,
  cardinality(s.rows) AS size, r.delta, o.uuid, o.id, o.detector_name, o.neutrino_time, o.received_ns, o.p_val,
  o.machine_time, o.meta`;

/** A sub-group's rows are the command numbers of observations of its cache. */
export const JOIN_ROWS = Prisma.sql`
  LEFT JOIN LATERAL unnest(s.rows, s.deltas) WITH ORDINALITY AS r(command, delta, place) ON true
  LEFT JOIN observation o ON o.cache = s.cache AND o.command = r.command`;

/** @param records those of one sub-group together, in table order */
export function toSubGroups(records: readonly SubGroupRowRecord[]): ReadSubGroup[] {
  const bySubGroup = new Map<bigint, [SubGroupRowRecord, ...SubGroupRowRecord[]]>();
  for (const record of records) {
    const known = bySubGroup.get(record.key);
    if (known === undefined) bySubGroup.set(record.key, [record]);
    else known.push(record);
  }
  return [...bySubGroup.values()].map(toSubGroup);
}

function toSubGroup(records: readonly [SubGroupRowRecord, ...SubGroupRowRecord[]]): ReadSubGroup {
  const [first] = records;
  const table = tableView(
    {
      number: first.number,
      eventId: first.event_id,
      preSn: first.pre_sn,
      falseAlarm: first.false_alarm,
      createdAt: first.created_at,
      updatedAt: first.updated_at,
    },
    records.flatMap(({ uuid, ...row }) =>
      uuid === null
        ? []
        : {
            uuid,
            id: row.id,
            detectorName: row.detector_name,
            neutrinoTime: row.neutrino_time,
            delta: row.delta,
            receivedTime: row.received_ns,
            pVal: row.p_val,
            machineTime: row.machine_time,
            meta: row.meta,
          },
    ),
  );
  return { table, eventId: first.event_id, closedAt: first.closed_at, size: first.size };
}
