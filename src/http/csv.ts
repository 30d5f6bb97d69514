import type { Json } from '../domain/commands.js';
import { JsonText } from '../domain/json-text.js';

type Cell = string | number | boolean | null;

/** A column's name and what stands in it. */
export type CsvColumn<Item> = readonly [name: string, cell: (item: Item) => Cell];

/** What a cell holds of these must stand in quotes. */
const TO_QUOTE = /[",\r\n]/;

/** Spreadsheets take text that begins so for a formula, and run it. */
const FORMULA = /^[=+\-@\t\r\n]/;

export function headerLine<Item>(columns: readonly CsvColumn<Item>[]): string {
  return line(columns.map(([name]) => name));
}

/**
 * A line of RFC 4180, ending in LF. Nothing is an empty cell. Text of which a spreadsheet would make a formula
 * (detectors may send any) gets an apostrophe before it; numbers never do.
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

/** What a detector added, as JSON text; an empty cell for nothing. */
export function jsonCell(value: Json | JsonText): string | null {
  if (value instanceof JsonText) return value.line;
  return value === null ? null : JSON.stringify(value);
}

/** A list in one cell; an empty place for nothing. */
export function listCell(values: readonly (string | number | null)[]): string {
  return values.map((value) => value ?? '').join(';');
}
