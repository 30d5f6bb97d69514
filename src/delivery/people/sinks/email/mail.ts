import type { Notice, NoticeRow } from '../sink.js';
import { ROW_HEAD, rowCells, type Wording, wordingOf } from '../wording.js';
import { alertHtml } from './html.js';

/** An e-mail of an alert, and the thread of its event. */
export interface AlertEmail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
}

/**
 * The e-mail of an alert. Its Message-ID follows from the alert's id, so that one that is sent again has the same.
 * @param domain what follows the `@` of Message-IDs
 */
export function alertEmail(notice: Notice, domain: string): AlertEmail {
  const { alert, firstAlertId } = notice;
  const wording = wordingOf(notice);
  const first = messageId(firstAlertId, domain);
  return {
    subject: `${notice.isDrill ? '[SNEWS FIRE DRILL]' : '[SNEWS]'} ${wording.headline} ${alert.event_id}`,
    text: alertText(wording, notice.rows),
    html: alertHtml(wording, notice),
    messageId: messageId(alert.id, domain),
    ...(firstAlertId === alert.id ? {} : { inReplyTo: first, references: [first] }),
  };
}

function messageId(alertId: string, domain: string): string {
  return `<${alertId}@${domain}>`;
}

function alertText({ headline, drill, explanation, facts }: Wording, rows: readonly NoticeRow[]): string {
  const widest = Math.max(...facts.map(([name]) => name.length));
  return [
    ...(drill === undefined ? [] : [drill, '']),
    headline,
    '',
    ...explanation,
    '',
    ...(rows.length === 0 ? [] : [textTable(rows), '']),
    ...facts.map(([name, value]) => `${`${name}:`.padEnd(widest + 1)} ${value}`),
    ...(drill === undefined ? [] : ['', drill]),
    '',
  ].join('\n');
}

/** Columns that are aligned in a monospaced font. */
function textTable(rows: readonly NoticeRow[]): string {
  const lines = [ROW_HEAD, ...rows.map(rowCells)];
  const widths = ROW_HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [text[0], widths.map((width) => '-'.repeat(width)).join('  '), ...text.slice(1)].join('\n');
}
