import { type Duration, formatUtc, type Instant, inSeconds } from '../domain/time.js';
import type {
  AssumedFalseAlarm,
  FalseAlarm,
  MeasuredFalseAlarm,
  SubGroupRowView,
  SubGroupView,
} from '../domain/views.js';
import { utcOf } from './times.js';

/** As the database stores it. */
export type StoredFalseAlarm = AssumedFalseAlarm & { readonly measured?: MeasuredFalseAlarm | null };

/** A sub-group without its rows. */
export interface SubGroupRecord {
  readonly number: number;
  readonly eventId: string | null;
  readonly preSn: boolean;
  readonly falseAlarm: StoredFalseAlarm | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** An observation as a row of a sub-group. */
export interface SubGroupRowValues {
  readonly uuid: string;
  readonly id: string;
  readonly detectorName: string;
  readonly neutrinoTime: string;
  /** Since the first row. */
  readonly delta: Duration;
  readonly receivedTime: Instant;
  readonly pVal: number | null;
  readonly machineTime: string | null;
  readonly meta: SubGroupRowView['meta'];
}

/** @param rows in their order */
export function subGroupView(subGroup: SubGroupRecord, rows: readonly SubGroupRowValues[]): SubGroupView {
  return {
    number: subGroup.number,
    event_id: subGroup.eventId,
    pre_sn: subGroup.preSn,
    rows: rows.map(rowView),
    p_values_average: average(rows.map((row) => row.pVal)),
    false_alarm: falseAlarmView(subGroup.falseAlarm),
    created_at: utcOf(subGroup.createdAt),
    updated_at: utcOf(subGroup.updatedAt),
  };
}

function rowView(row: SubGroupRowValues): SubGroupRowView {
  return {
    uuid: row.uuid,
    id: row.id,
    detector_name: row.detectorName,
    neutrino_time_utc: row.neutrinoTime,
    neutrino_time_delta: inSeconds(row.delta),
    p_val: row.pVal,
    received_time_utc: formatUtc(row.receivedTime),
    machine_time_utc: row.machineTime,
    meta: row.meta,
  };
}

/** The mean of the given p-values; null if there is none. */
export function average(values: readonly (number | null)[]): number | null {
  const given = values.filter((value) => value !== null);
  return given.length === 0 ? null : given.reduce((sum, value) => sum + value, 0) / given.length;
}

/** Restores the documented order of keys, which jsonb does not keep. Figures of older versions have no measured one. */
export function falseAlarmView(figure: StoredFalseAlarm | null): FalseAlarm | null {
  if (figure === null) return null;
  const { rate_hz, mean_years_between, online_detectors, coincident_detectors, measured = null } = figure;
  return {
    rate_hz,
    mean_years_between,
    online_detectors,
    coincident_detectors,
    measured: measured && measuredView(measured),
  };
}

function measuredView(figure: MeasuredFalseAlarm): MeasuredFalseAlarm {
  const { rate_hz, mean_years_between, detectors_measured, detectors_assumed, days } = figure;
  return { rate_hz, mean_years_between, detectors_measured, detectors_assumed, days };
}
