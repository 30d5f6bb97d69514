import type { AlertType } from '../../../../domain/coincidence/engine.js';
import type { Notice } from '../sink.js';

/** The schema on which SNEWS and GCN have agreed (nasa-gcn/gcn-schema, pull request 352). */
export const NOTICE_SCHEMA = 'https://gcn.nasa.gov/schema/main/gcn/notices/snews2/coincidence.schema.json';
const SNEWS_SCHEMA_VERSION = '1.0';

/**
 * A notice as GCN distributes it: the core schemas Alert, Event, Reporter, DateTime and Statistics, and what SNEWS
 * adds. Times are UTC in ISO 8601 with nine decimals, rates in hertz.
 */
export interface GcnNotice {
  readonly $schema: string;
  readonly alert_datetime: string;
  /** `test`: a fire drill. */
  readonly alert_tense: 'current' | 'test';
  readonly alert_type: 'initial' | 'update' | 'retraction';
  /** Both are the event's id. */
  readonly event_name: string;
  readonly id: string;
  readonly mission: 'SNEWS';
  readonly messenger: 'Neutrino';
  /** Counts the event's notices, from 1. */
  readonly record_number: number;
  /** Of the first neutrino. */
  readonly trigger_time: string;
  /** The assumed false alarm rate; absent where there is none, for fewer than two detectors. */
  readonly far?: number;
  readonly snews_schema_version: string;
  readonly snews2_tier: 'CoincidenceTier';
  readonly detector_names: readonly string[];
  /** `on`: a detector that retracted its observation. */
  readonly detector_status: Readonly<Record<string, 'triggered' | 'on'>>;
  /** Each detector's first neutrino, in the order of `detector_names`. */
  readonly event_times_utc: readonly string[];
  readonly tier_data: TierData;
}

interface TierData {
  readonly neutrino_time_utc: string;
  /** In the order of `detector_names`; absent if one of them sent none, because the schema allows no gap. */
  readonly p_values?: readonly number[];
  /** The rate in hertz, as `far`: SNEWS uses this name for it. */
  readonly false_alarm_prob?: number;
  /** With the detectors' measured rates, in hertz. */
  readonly measured_false_alarm_rate_hz?: number;
  /** The alert's id: a notice that is sent twice has the same. */
  readonly alert_uuid: string;
  readonly snews_alert_type: AlertType;
  readonly sub_group: number;
}

/** The notice of an alert. Names come from outside; whatever they contain, they stay strings. */
export function gcnNotice(notice: Notice): GcnNotice {
  const { alert, rows, retracted } = notice;
  const triggerTime = firstTime(rows.length > 0 ? rows : retracted);
  const rate = alert.false_alarm?.rate_hz;
  const measured = alert.false_alarm?.measured?.rate_hz;
  const pValues = rows.map((row) => row.p_val).filter((value) => value !== null);
  return {
    $schema: NOTICE_SCHEMA,
    alert_datetime: alert.sent_time_utc,
    alert_tense: notice.isDrill ? 'test' : 'current',
    alert_type: alertType(notice),
    event_name: alert.event_id,
    id: alert.event_id,
    mission: 'SNEWS',
    messenger: 'Neutrino',
    record_number: notice.recordNumber,
    trigger_time: triggerTime,
    ...(rate === undefined ? {} : { far: rate }),
    snews_schema_version: SNEWS_SCHEMA_VERSION,
    snews2_tier: 'CoincidenceTier',
    detector_names: rows.map((row) => row.detector_name),
    detector_status: Object.fromEntries([
      ...retracted.map((row) => [row.detector_name, 'on'] as const),
      ...rows.map((row) => [row.detector_name, 'triggered'] as const),
    ]),
    event_times_utc: rows.map((row) => row.neutrino_time_utc),
    tier_data: {
      neutrino_time_utc: triggerTime,
      ...(pValues.length < rows.length ? {} : { p_values: pValues }),
      ...(rate === undefined ? {} : { false_alarm_prob: rate }),
      ...(measured === undefined ? {} : { measured_false_alarm_rate_hz: measured }),
      alert_uuid: alert.id,
      snews_alert_type: alert.alert_type,
      sub_group: alert.sub_group,
    },
  };
}

/**
 * For GCN a retraction retracts the event. The retraction of one observation does that only if no coincidence is left:
 * as long as other detectors coincide, telescopes must not turn away; nor if these expired before the notice was sent.
 */
function alertType({ kind, rows, eventState }: Notice): GcnNotice['alert_type'] {
  if (kind !== 'retraction') return kind;
  return rows.length >= 2 || eventState !== 'retracted' ? 'update' : 'retraction';
}

/** Times of this form sort as text. */
function firstTime(rows: Notice['rows']): string {
  return rows.map((row) => row.neutrino_time_utc).sort()[0] ?? '';
}
