import type { CacheName } from '../../domain/cache-name.js';
import type { EngineAlert, SubGroup } from '../../domain/coincidence/engine.js';
import type { Json, ObserveCommand } from '../../domain/commands.js';
import { falseAlarmText } from '../../domain/false-alarm.js';
import { formatUtc, type Instant } from '../../domain/time.js';
import type { AlertView, FalseAlarm, ObservationState, ObservationView, SubGroupView } from '../../domain/views.js';
import { average, subGroupView as storedSubGroupView } from '../../reads/sub-group-view.js';
import type { ObservationTimes } from '../store/arrival.js';
import type { RowDetails, SubGroupMeta } from '../store/rows.js';

/** How observations, sub-groups and alerts are shown. */

/** The details of rows, by the orders of their observations. */
export type Details = Pick<ReadonlyMap<number, RowDetails>, 'get'>;

export function detailsOf(details: Details, order: number): RowDetails {
  const found = details.get(order);
  if (found === undefined) throw new Error(`observation ${order} of a table is missing`);
  return found;
}

export function tableView(subGroup: SubGroup, meta: SubGroupMeta, details: Details): SubGroupView {
  const rows = subGroup.rows.map(({ observation, delta }) => ({ ...detailsOf(details, observation.order), delta }));
  return storedSubGroupView({ ...meta, number: subGroup.number }, rows);
}

export function observationView(
  command: ObserveCommand,
  times: ObservationTimes,
  state: ObservationState,
): ObservationView {
  return {
    uuid: command.uuid,
    id: command.id,
    cache: command.cache,
    detector_name: command.detectorName,
    neutrino_time_utc: times.neutrinoTime,
    received_time_utc: formatUtc(command.receivedTime),
    machine_time_utc: times.machineTime,
    sent_time_utc: times.sentTime,
    p_val: command.pVal,
    is_pre_sn: command.isPreSn,
    state,
    meta: command.meta,
    schema_version: command.schemaVersion,
  };
}

/** What an alert contains beside what the engine reports. */
export interface AlertCircumstances {
  readonly cache: CacheName;
  readonly id: string;
  readonly sequence: number;
  readonly eventId: string;
  readonly falseAlarm: FalseAlarm | null;
  readonly sentTime: Instant;
  readonly serverTag: string;
}

export function alertView(alert: EngineAlert, details: Details, given: AlertCircumstances): AlertView {
  const rows = alert.rows.map(({ observation }) => detailsOf(details, observation.order));
  const pValues = rows.map((row) => row.pVal);
  const view = {
    id: given.id,
    sequence: given.sequence,
    cache: given.cache,
    alert_type: alert.type,
    sub_group: alert.subGroup,
    event_id: given.eventId,
    pre_sn: rows.some((row) => row.isPreSn),
    detector_names: rows.map((row) => row.detectorName),
    neutrino_times: rows.map((row) => row.neutrinoTime),
    p_values: pValues,
    p_values_average: average(pValues),
    false_alarm: given.falseAlarm,
    server_tag: given.serverTag,
    sent_time_utc: formatUtc(given.sentTime),
  };
  return { ...view, payload: payload(view) };
}

/** The version of the keys that this server adds to the collaboration's alert format. */
const PAYLOAD_SCHEMA_VERSION = '1.1';

/** The alert in the collaboration's format: the keys of snews_cs, followed by those of this server. */
function payload(alert: Omit<AlertView, 'payload'>): Json {
  // Microseconds without a zone, as snews_cs writes it.
  const sentTime = alert.sent_time_utc.slice(0, 26);
  const kind = alert.detector_names.length === 2 ? 'SNEWS_Coincidence_ALERT' : 'SNEWS_Coincidence_ALERT-UPDATE';
  return {
    id: `${kind} ${sentTime}`,
    alert_type: alert.cache === 'test' ? `TEST ${alert.alert_type}` : alert.alert_type,
    server_tag: alert.server_tag,
    'False Alarm Prob': falseAlarmText(alert.false_alarm),
    detector_names: alert.detector_names,
    sent_time: sentTime,
    p_values: alert.p_values,
    neutrino_times: alert.neutrino_times,
    'p_values average': alert.p_values_average,
    'sub list number': alert.sub_group,
    alert_uuid: alert.id,
    event_id: alert.event_id,
    sequence: alert.sequence,
    false_alarm_rate_hz: alert.false_alarm?.rate_hz ?? null,
    measured_false_alarm_rate_hz: alert.false_alarm?.measured?.rate_hz ?? null,
    schema_version: PAYLOAD_SCHEMA_VERSION,
  };
}
