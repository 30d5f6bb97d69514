import { falseAlarmText } from '../../../domain/false-alarm.js';
import type { MeasuredFalseAlarm } from '../../../domain/views.js';
import type { Notice, NoticeRow } from './sink.js';

/** The text of an alert for all sinks: plain text, one line each, not yet escaped for any markup. */
export interface Wording {
  /** `COINCIDENCE: Super-K, IceCube (2 detectors)` */
  readonly headline: string;
  /** Comes first in a fire drill; undefined otherwise. */
  readonly drill: string | undefined;
  /** Sentences that say what happened. */
  readonly explanation: readonly string[];
  /** Name and value. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** If there are more names, the rest is counted. */
const MOST_NAMES = 4;

export function wordingOf(notice: Notice): Wording {
  const { alert, isDrill, recordNumber } = notice;
  const { false_alarm: falseAlarm } = alert;
  const online = falseAlarm === null ? '' : `, with ${falseAlarm.online_detectors} detectors online`;
  return {
    headline: oneLine(`${alert.pre_sn ? 'PRE-SUPERNOVA ' : ''}${headlineOf(notice)}`),
    drill: isDrill ? 'FIRE DRILL: this is an exercise, nothing was seen.' : undefined,
    explanation: explanationOf(notice).map(oneLine),
    facts: [
      ['Event', `${alert.event_id}, sub-group ${alert.sub_group}, alert ${recordNumber} of it`],
      ['Alert type', alert.alert_type],
      ['False alarm figure', `${falseAlarmText(falseAlarm)}${online}`],
      ...measuredFact(falseAlarm?.measured ?? null),
      ['Mean p-value', alert.p_values_average === null ? 'none given' : pValueText(alert.p_values_average)],
      ['Sent (UTC)', alert.sent_time_utc],
      ['Server', oneLine(alert.server_tag)],
      ['Alert id', alert.id],
    ],
  };
}

/** The false alarm figure with measured rates of the detectors. */
function measuredFact(figure: MeasuredFalseAlarm | null): [string, string][] {
  if (figure === null) return [];
  const { detectors_measured: measured, detectors_assumed: assumed, days } = figure;
  const rates = `rates of ${days} days: ${measured} detectors measured, ${assumed} assumed`;
  return [['Measured figure', `${falseAlarmText(figure)}, ${rates}`]];
}

/** The columns of the table of detectors. */
export const ROW_HEAD = ['Detector', 'Neutrino time (UTC)', 'Delta (s)', 'p-value'] as const;

/** A row's cells. The name comes from outside. */
export function rowCells(row: NoticeRow): readonly [string, string, string, string] {
  const delta = row.neutrino_time_delta;
  return [
    oneLine(row.detector_name),
    row.neutrino_time_utc,
    `${delta < 0 ? '' : '+'}${delta.toFixed(9)}`,
    row.p_val === null ? 'none' : pValueText(row.p_val),
  ];
}

/** `Super-K, IceCube, JUNO and 3 more` */
export function namesOf(rows: readonly NoticeRow[]): string {
  const names = rows.map(({ detector_name }) => oneLine(detector_name));
  if (names.length <= MOST_NAMES) return names.join(', ');
  const shown = names.slice(0, MOST_NAMES - 1);
  return `${shown.join(', ')} and ${names.length - shown.length} more`;
}

/** Without line breaks and other control characters. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

function headlineOf({ kind, rows, retracted }: Notice): string {
  if (kind !== 'retraction') {
    return `${kind === 'initial' ? 'COINCIDENCE' : 'UPDATE'}: ${namesOf(rows)} (${detectors(rows.length)})`;
  }
  const left = rows.length === 0 ? 'no detector left' : `${namesOf(rows)} left (${detectors(rows.length)})`;
  return retracted.length === 0 ? `RETRACTION: ${left}` : `RETRACTION: ${namesOf(retracted)} retracted, ${left}`;
}

function explanationOf({ kind, rows, retracted, alert, eventState }: Notice): string[] {
  switch (kind) {
    case 'initial':
      return [`${detectors(rows.length)} observed something at the same time.`, ...sinceThen(eventState)];
    case 'update':
      return [
        `The event ${alert.event_id} has changed: these are the detectors of its sub-group ${alert.sub_group} now.`,
        ...sinceThen(eventState),
      ];
    case 'retraction':
      return [
        retracted.length === 0
          ? 'Observations of this event were retracted.'
          : `Retracted: ${retracted.map((row) => `${row.detector_name} at ${row.neutrino_time_utc}`).join('; ')}.`,
        whatIsLeft(rows.length),
        ...(eventState === 'retracted' ? ['No coincidence is left of this event. Please disregard it.'] : []),
      ];
  }
}

/** The event may have been retracted since the alert, if the delivery was late. */
function sinceThen(eventState: Notice['eventState']): string[] {
  return eventState === 'retracted' ? ['The event has been retracted since. The retraction follows.'] : [];
}

function whatIsLeft(rows: number): string {
  if (rows === 0) return 'No observation is left in this sub-group.';
  if (rows === 1) return 'One observation is left in this sub-group, which is not a coincidence.';
  return `${detectors(rows)} are left in this sub-group. They still coincide.`;
}

function detectors(count: number): string {
  return count === 1 ? '1 detector' : `${count} detectors`;
}

function pValueText(value: number): string {
  return String(Number(value.toPrecision(4)));
}
