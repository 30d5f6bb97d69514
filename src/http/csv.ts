import type { Json } from '../domain/commands.js';
import { JsonText } from '../domain/json-text.js';

type Cell = string | number | boolean | null;

/** The name of a column, and the content of its cells. */
export type CsvColumn<Item> = readonly [name: string, cell: (item: Item) => Cell];

/** Cells with these characters must be quoted. */
const TO_QUOTE = /[",\r\n]/;

/** Spreadsheets take text that begins like this for a formula, and run it. */
const FORMULA = /^[=+\-@\t\r\n]/;

export function headerLine<Item>(columns: readonly CsvColumn<Item>[]): string {
  return line(columns.map(([name]) => name));
}

/**
 * A line of CSV (RFC 4180), ending in LF. Null is an empty cell. Text that a spreadsheet would take for a formula
 * (detectors may send any text) is prefixed with an apostrophe; numbers never are.
 */
export function csvLine<Item>(item: Item, columns: readonly CsvColumn<Item>[]): string {
  return line(columns.map(([, cell]) => text(cell(item))));
}

function line(cells: readonly string[]): string {
  return `${cells.map((cell) => (TO_QUOTE.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join()}\n`;
}

function text(cell: Cell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell);
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

/** A JSON value as text; null is an empty cell. */
export function jsonCell(value: Json | JsonText): string | null {
  if (value instanceof JsonText) return value.line;
  return value === null ? null : JSON.stringify(value);
}

/** A list in one cell; null is an empty item. */
export function listCell(values: readonly (string | number | null)[]): string {
  return values.map((value) => value ?? '').join(';');
}
