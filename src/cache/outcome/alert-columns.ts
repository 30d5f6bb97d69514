import { boolColumn, float8Column, int8Column, textColumn, uuidColumn } from '../../database/columns.js';
import type { StoredAlert } from './outcome.js';

/** The parameters of the statement that writes alerts behind the first three, column by column. */
export function alertColumns(alerts: readonly StoredAlert[]): Buffer[] {
  return [
    uuidColumn(
      'id',
      alerts.map(({ view }) => view.id),
    ),
    int8Column(
      'sequence',
      alerts.map(({ view }) => view.sequence),
    ),
    uuidColumn(
      'message_uuid',
      alerts.map(({ effect }) => effect.messageUuid),
    ),
    int8Column(
      'command',
      alerts.map(({ effect }) => effect.command),
    ),
    textColumn(alerts.map(({ view }) => view.alert_type)),
    int8Column(
      'sub_group',
      alerts.map(({ view }) => view.sub_group),
    ),
    textColumn(alerts.map(({ view }) => view.event_id)),
    boolColumn(alerts.map(({ view }) => view.pre_sn)),
    textColumn(alerts.map(({ observations }) => `{${observations.join()}}`)),
    textColumn(alerts.map(({ view }) => textArray(view.detector_names))),
    textColumn(alerts.map(({ view }) => textArray(view.neutrino_times))),
    textColumn(alerts.map(({ view }) => JSON.stringify(view.p_values))),
    float8Column(alerts.map(({ view }) => view.p_values_average)),
    textColumn(alerts.map(({ view }) => (view.false_alarm === null ? null : JSON.stringify(view.false_alarm)))),
    int8Column(
      'sent_ns',
      alerts.map(({ sentTime }) => sentTime),
    ),
    int8Column(
      'first_ns',
      alerts.map(({ times }) => times[0] ?? null),
    ),
    int8Column(
      'last_ns',
      alerts.map(({ times }) => times.at(-1) ?? null),
    ),
    textColumn(alerts.map(({ payload }) => payload)),
  ];
}

/** An array of PostgreSQL as text: elements are quoted, quotes and backslashes in them escaped. */
function textArray(elements: readonly string[]): string {
  return `{${elements.map((element) => `"${element.replace(/["\\]/g, '\\$&')}"`).join()}}`;
}
