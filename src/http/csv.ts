import { stringify } from 'csv-stringify/sync';
import type { Json } from '../domain/commands.js';

type Cell = string | number | boolean | null;

/** A column's name and what stands in it. */
export type Column<Item> = readonly [name: string, cell: (item: Item) => Cell];

/** Spreadsheets take text that begins so for a formula, and run it. */
const FORMULA = /^[=+\-@\t\r\n]/;

/**
 * RFC 4180 with a header line, lines ending in LF. Nothing is an empty cell. Text of which a spreadsheet would make
 * a formula (detectors may send any) gets an apostrophe before it; numbers never do.
 */
export function toCsv<Item>(items: readonly Item[], columns: readonly Column<Item>[]): string {
  return `${stringify([columns.map(([name]) => name)])}${csvLines(items, columns)}`;
}

/** The same without the header line: what follows in a CSV that is made in portions. */
export function csvLines<Item>(items: readonly Item[], columns: readonly Column<Item>[]): string {
  return stringify(items.map((item) => columns.map(([, cell]) => text(cell(item)))));
}

function text(cell: Cell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell);
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

/** What a detector added, as JSON text; an empty cell for nothing. */
export function jsonCell(value: Json): string | null {
  return value === null ? null : JSON.stringify(value);
}

/** A list in one cell; an empty place for nothing. */
export function listCell(values: readonly (string | number | null)[]): string {
  return values.map((value) => value ?? '').join(';');
}
