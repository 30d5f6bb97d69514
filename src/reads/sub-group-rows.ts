import { JsonText } from '../domain/json-text.js';
import type { Duration, Instant } from '../domain/time.js';
import type { SubGroupView } from '../domain/views.js';
import { Prisma } from '../generated/prisma/client.js';
import { type StoredFalseAlarm, subGroupView } from './sub-group-view.js';
import { bytesOf, type Measured, PORTION_BYTES, withinBytes } from './within-bytes.js';

/** One row of a sub-group as the statements of this directory read it, with the columns of the sub-group repeated. */
export interface SubGroupRowRecord extends Measured {
  readonly key: bigint;
  readonly number: number;
  readonly event_id: string | null;
  readonly pre_sn: boolean;
  readonly false_alarm: StoredFalseAlarm | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  /** Null if the observation is no longer stored: only closed sub-groups of old events lose rows. */
  readonly uuid: string | null;
  readonly id: string;
  readonly detector_name: string;
  readonly neutrino_time: string;
  readonly delta: Duration;
  readonly received_ns: Instant;
  readonly p_val: number | null;
  readonly machine_time: string | null;
  /** JSON as text. */
  readonly meta: string | null;
}

/** The columns of a `SubGroupRowRecord`, measured for `withinBytes`; to be used with `JOIN_ROWS`. */
export const ROW_COLUMNS = Prisma.sql`
  ${bytesOf('o.meta', 's.false_alarm')}::int AS bytes, (row_number() OVER (ORDER BY s.number, s.key, r.place))::int AS nth,
  s.key, s.number, s.event_id, s.pre_sn, s.false_alarm, s.created_at, s.updated_at, r.delta, o.uuid, o.id, o.detector_name, o.neutrino_time, o.received_ns, o.p_val,
  o.machine_time, o.meta::text AS meta`;

/** The rows of a sub-group are command numbers of observations of its cache. */
export const JOIN_ROWS = Prisma.sql`
  LEFT JOIN LATERAL unnest(s.rows, s.deltas) WITH ORDINALITY AS r(command, delta, place) ON true
  LEFT JOIN observation o ON o.cache = s.cache AND o.command = r.command`;

/** As many complete sub-groups of a statement as fit into a portion, in the order of `ROW_COLUMNS`. */
export function wholeWithin(records: Prisma.Sql): Prisma.Sql {
  return withinBytes(records, PORTION_BYTES, Prisma.sql`key`);
}

export function totalBytes(records: readonly Measured[]): number {
  return records.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** True if sub-groups were left out. */
export function isCut(records: readonly Measured[]): boolean {
  const last = records.at(-1);
  return last !== undefined && last.nth < last.found;
}

/** @param records in the order of the rows, those of one sub-group together */
export function toSubGroups(records: readonly SubGroupRowRecord[]): SubGroupView[] {
  const bySubGroup = new Map<bigint, [SubGroupRowRecord, ...SubGroupRowRecord[]]>();
  for (const record of records) {
    const known = bySubGroup.get(record.key);
    if (known === undefined) bySubGroup.set(record.key, [record]);
    else known.push(record);
  }
  return [...bySubGroup.values()].map(toSubGroup);
}

function toSubGroup(records: readonly [SubGroupRowRecord, ...SubGroupRowRecord[]]): SubGroupView {
  const [first] = records;
  return subGroupView(
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
            meta: JsonText.of(row.meta),
          },
    ),
  );
}
