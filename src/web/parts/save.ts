/** Spreadsheets run text that begins so as a formula. The server's CSV has the same protection. */
const FORMULA = /^[=+\-@\t\r\n]/;
const NUMBER = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;

type Cells = readonly (readonly string[])[];

/** RFC 4180; lines end in LF. */
export function toCsv(rows: Cells): string {
  return rows.map((row) => `${row.map((cell) => quoted(guarded(cell))).join(',')}\n`).join('');
}

/** What spreadsheets paste into cells. */
export function toTabs(rows: Cells): string {
  return rows.map((row) => `${row.map((cell) => guarded(cell).replaceAll(/[\t\r\n]/g, ' ')).join('\t')}\n`).join('');
}

function guarded(cell: string): string {
  return FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Lets the browser save it as a file. */
export function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Copies to the clipboard. Without TLS browsers do not offer `navigator.clipboard`. */
export async function copy(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return await navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}
