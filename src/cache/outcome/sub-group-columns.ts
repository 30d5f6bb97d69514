import { boolColumn, int8Column, textColumn } from '../../database/columns.js';
import type { SubGroup } from '../../domain/coincidence/engine.js';
import type { OutcomeWriter } from './outcome.js';

/** The parameters of the statements that write sub-groups behind the first two, column by column. */
export function subGroupColumns(subGroups: readonly SubGroup[], outcome: OutcomeWriter): Buffer[] {
  const metas = subGroups.map(({ number }) => outcome.metaOf(number));
  return [
    int8Column(
      'number',
      subGroups.map(({ number }) => number),
    ),
    int8Column(
      'anchor',
      subGroups.map(({ anchor }) => anchor.order),
    ),
    int8Column(
      'anchor_ns',
      subGroups.map(({ anchor }) => anchor.time),
    ),
    textColumn(subGroups.map(({ rows }) => arrayText(rows, ({ observation }) => observation.order))),
    textColumn(subGroups.map(({ rows }) => arrayText(rows, ({ delta }) => delta))),
    textColumn(metas.map(({ eventId }) => eventId)),
    boolColumn(metas.map(({ preSn }) => preSn)),
    textColumn(metas.map(({ falseAlarm }) => (falseAlarm === null ? null : JSON.stringify(falseAlarm)))),
  ];
}

/** An array of PostgreSQL as text. */
function arrayText(rows: SubGroup['rows'], numberOf: (row: SubGroup['rows'][number]) => number | bigint): string {
  return `{${rows.map(numberOf).join()}}`;
}
