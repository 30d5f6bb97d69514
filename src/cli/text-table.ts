import CliTable3 from 'cli-table3';
import type { Coincidences, SubGroup } from '../client/index.js';
import { printable } from './terminal.js';

/**
 * A text table. Its borders have no colour.
 * @param widths widths of columns whose text is wrapped, without borders; null: as wide as the text
 */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  widths: readonly (number | null)[] = [],
): string {
  const table = new CliTable3({
    head: [...head],
    colWidths: [...widths],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/** All sub-groups of a cache as text. */
export function coincidencesText(view: Coincidences): string {
  const count = view.sub_groups.length;
  const groups = count === 1 ? '1 sub-group' : `${count === 0 ? 'no' : count} sub-groups`;
  const title = `${view.cache} cache · engine ${view.engine} · version ${view.version} · ${groups} · as of ${view.as_of}`;
  return [title, ...view.sub_groups.map(subGroupText)].join('\n\n');
}

function subGroupText(subGroup: SubGroup): string {
  const facts = [
    `Sub-group ${subGroup.number}`,
    subGroup.event_id ?? 'no coincidence yet',
    ...(subGroup.pre_sn ? ['pre-supernova'] : []),
    ...(subGroup.p_values_average === null ? [] : [`mean p-value ${Number(subGroup.p_values_average.toPrecision(4))}`]),
    ...(subGroup.false_alarm === null ? [] : [falseAlarmText(subGroup.false_alarm)]),
  ];
  const rows = subGroup.rows.map((row) => [
    printable(row.detector_name),
    row.neutrino_time_utc,
    `+${row.neutrino_time_delta.toFixed(9)}`,
    row.p_val === null ? '' : String(row.p_val),
    row.received_time_utc,
  ]);
  const head = ['detector', 'neutrino time (UTC)', 'delta (s)', 'p-value', 'received (UTC)'];
  return `${facts.map(printable).join(' · ')}\n${textTable(head, rows)}`;
}

function falseAlarmText({ mean_years_between, measured }: NonNullable<SubGroup['false_alarm']>): string {
  const assumed = `false alarm once in ${years(mean_years_between)}`;
  return measured === null ? assumed : `${assumed} (measured: ${years(measured.mean_years_between)})`;
}

function years(count: number): string {
  return `${count >= 1e6 || count < 0.01 ? count.toExponential(2) : count.toFixed(2)} years`;
}
