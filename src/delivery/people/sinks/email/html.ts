import { type Html, html } from '../../../../mail/html.js';
import type { Notice } from '../sink.js';
import { ROW_HEAD, rowCells, type Wording } from '../wording.js';

/** By the kind of the notice. White text has enough contrast on them (WCAG AA), and the text says the same. */
const COLOURS = { initial: '#9c1c1c', update: '#1c4f8f', retraction: '#4a4a4a' } as const;

const FONT = 'font-family:-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif';
const MONOSPACE = 'font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace';
const CELL = 'padding:6px 8px 6px 0;border-bottom:1px solid #d5d5d5;text-align:left;vertical-align:top';

/** Styles are attributes of the elements: many mail programs drop all others. */
export function alertHtml({ headline, drill, explanation, facts }: Wording, { kind, rows }: Notice): string {
  const banner =
    drill === undefined
      ? ''
      : html`<p style="margin:0;padding:10px 16px;background:#ffd84d;color:#222;font-weight:bold">${drill}</p>\n`;
  const table =
    rows.length === 0
      ? ''
      : html`<table style="border-collapse:collapse;width:100%;font-size:13px;margin:16px 0">
<tr>${ROW_HEAD.map((name) => html`<th style="${CELL};color:#555">${name}</th>`)}</tr>
${rows.map((row) => html`<tr>${rowCells(row).map(cell)}</tr>\n`)}</table>\n`;
  return html`<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${headline}</title></head>
<body style="margin:0;padding:0;background:#f2f2f2;color:#222;${FONT};font-size:15px;line-height:1.45">
<div style="max-width:680px;margin:0 auto;background:#fff">
${banner}<h1 style="margin:0;padding:14px 16px;background:${COLOURS[kind]};color:#fff;font-size:18px;line-height:1.3;overflow-wrap:anywhere">${headline}</h1>
<div style="padding:4px 16px 16px">
${explanation.map((sentence) => html`<p style="margin:12px 0 0;overflow-wrap:anywhere">${sentence}</p>\n`)}${table}<table style="border-collapse:collapse;font-size:13px;margin-top:16px">
${facts.map(([name, value]) => html`<tr><th style="padding:2px 12px 2px 0;color:#555;text-align:left;vertical-align:top;font-weight:normal;white-space:nowrap">${name}</th><td style="padding:2px 0;overflow-wrap:anywhere">${value}</td></tr>\n`)}</table>
</div>
${banner}</div>
</body>
</html>
`.source;
}

function cell(text: string, column: number): Html {
  if (column === 0) return html`<td style="${CELL};font-weight:bold;overflow-wrap:anywhere">${text}</td>`;
  if (column > 1) return html`<td style="${CELL};${MONOSPACE};font-size:12px;white-space:nowrap">${text}</td>`;
  // A narrow screen may break the time before its T and its decimals.
  const parts = text.split(/(?=[T.])/).map((part) => html`${part}<wbr>`);
  return html`<td style="${CELL};${MONOSPACE};font-size:12px">${parts}</td>`;
}
