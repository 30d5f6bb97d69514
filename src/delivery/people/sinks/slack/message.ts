import type { ContextBlock, HeaderBlock, KnownBlock, PlainTextElement, SectionBlock, TableBlock } from '@slack/web-api';
import type { Notice } from '../sink.js';
import { ROW_HEAD, rowCells, wordingOf } from '../wording.js';

/** Arguments of chat.postMessage for an alert, without channel and thread. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** Slack's limits: characters of a header and of a section, rows of a table. */
const LONGEST = { header: 150, section: 3_000, context: 2_000 };
const MOST_ROWS = 99;

/**
 * Block Kit with plain text only, in which Slack makes no links, mentions or formats. `text` is shown where blocks can't
 * be, as in a notification; it is posted with `mrkdwn: false`.
 */
export function slackMessage(notice: Notice): SlackMessage {
  const { alert, rows } = notice;
  const { headline, drill, explanation, facts } = wordingOf(notice);
  const sign = drill === undefined ? [] : [section(drill)];
  const shown = rows.slice(0, MOST_ROWS);
  return {
    text: escaped([drill, `${headline} ${alert.event_id}`, ...explanation].filter(Boolean).join(' ')),
    blocks: [
      ...sign,
      header(drill === undefined ? headline : `FIRE DRILL ${headline}`),
      section(explanation.join(' ')),
      ...(shown.length === 0 ? [] : [table([ROW_HEAD, ...shown.map(rowCells)])]),
      ...(shown.length === rows.length ? [] : [section(`… and ${rows.length - shown.length} more detectors.`)]),
      context(facts.map(([name, value]) => `${name}: ${value}`)),
    ],
  };
}

/** The same for news that are not alerts. */
export function newsMessage({
  headline,
  lines,
}: {
  readonly headline: string;
  readonly lines: readonly string[];
}): SlackMessage {
  const text = lines.join('\n');
  return { text: escaped(`${headline}. ${text}`), blocks: [header(headline), section(text)] };
}

/** As Slack's "Formatting message text" asks, so that nobody is mentioned and nothing is linked. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The text is cut before it is escaped: half of `&lt;` would be another text. */
function plain(text: string, longest: number): PlainTextElement {
  let cut = text;
  while (escaped(cut).length > longest) cut = `${cut.slice(0, Math.max(1, cut.length - 20)).trimEnd()}…`;
  return { type: 'plain_text', text: escaped(cut), emoji: false };
}

function header(text: string): HeaderBlock {
  return { type: 'header', text: plain(text, LONGEST.header) };
}

function section(text: string): SectionBlock {
  return { type: 'section', text: plain(text, LONGEST.section) };
}

function context(lines: readonly string[]): ContextBlock {
  return { type: 'context', elements: lines.map((line) => plain(line, LONGEST.context)) };
}

function table(rows: readonly (readonly string[])[]): TableBlock {
  return {
    type: 'table',
    column_settings: [{ is_wrapped: true }, {}, { align: 'right' }, { align: 'right' }],
    rows: rows.map((cells) => cells.map((text) => ({ type: 'raw_text' as const, text: escaped(text) }))),
  };
}
