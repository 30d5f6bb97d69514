import { describe, expect, it } from 'vitest';
import { slackMessage } from '../../../../../../src/delivery/people/sinks/slack/message.js';
import { type NoticeFields, notice, ROWS, row } from '../../../../../support/notices.js';

// biome-ignore lint/suspicious/noExplicitAny: blocks are of many shapes
const blocksOf = (given: NoticeFields): any[] => slackMessage(notice(given)).blocks;
const tableOf = (given: NoticeFields) => blocksOf(given).find(({ type }) => type === 'table');
// biome-ignore lint/suspicious/noExplicitAny: blocks are of many shapes
const cells = (table: any): string[][] => table.rows.map((cellsOf: any[]) => cellsOf.map(({ text }) => text));

describe('the Slack message of an alert', () => {
  it('has a headline, what happened, a table of detectors, and the facts', () => {
    const { text } = slackMessage(notice());
    expect(text).toBe(
      'COINCIDENCE: Super-K, IceCube (2 detectors) SN-20300101-1 2 detectors observed something at the same time.',
    );
    expect(blocksOf({}).map(({ type }) => type)).toEqual(['header', 'section', 'table', 'context']);
    expect(cells(tableOf({}))).toEqual([
      ['Detector', 'Neutrino time (UTC)', 'Delta (s)', 'p-value'],
      ['Super-K', '2030-01-01T12:34:45.678999123Z', '+0.000000000', '0.07'],
      ['IceCube', '2030-01-01T12:34:49.600000000Z', '+3.921000877', 'none'],
    ]);
    expect(JSON.stringify(blocksOf({}))).toContain('7.93e-10 Hz (1 per 39.97 years)');
  });

  it('of a retraction without rows has no table, and says what was retracted', () => {
    const given = { kind: 'retraction', rows: [], retracted: ROWS } as const;
    expect(tableOf(given)).toBeUndefined();
    expect(slackMessage(notice(given)).text).toContain('Retracted: Super-K at 2030-01-01T12:34:45.678999123Z');
  });

  it('of a fire drill says so first, in the text too', () => {
    expect(slackMessage(notice({ isDrill: true })).text).toMatch(/^FIRE DRILL: this is an exercise/);
    const [sign, header] = blocksOf({ isDrill: true });
    expect(sign.text.text).toMatch(/^FIRE DRILL/);
    expect(header.text.text).toMatch(/^FIRE DRILL/);
  });

  it('mentions nobody and links nothing that came from outside', () => {
    const hostile = '<!channel> <https://evil.example|Super-K> & *bold*\n<@U012AB3CD>';
    const message = slackMessage(notice({ rows: [row(hostile, '45.000000000', 0), ...ROWS] }));
    const all = JSON.stringify(message);
    expect(all).not.toMatch(/[<>]/);
    expect(all).toContain('&lt;!channel&gt; &lt;https://evil.example|Super-K&gt; &amp; *bold* &lt;@U012AB3CD&gt;');
    expect(all).not.toContain('mrkdwn');
    expect(message.text).not.toContain('\n');
  });

  it("keeps within Slack's limits, whatever the names", () => {
    const long = `${'<'.repeat(64)}`;
    const rows = Array.from({ length: 130 }, (_, i) => row(`${long}${i}`, '45.000000000', 0));
    const blocks = blocksOf({ kind: 'retraction', rows, retracted: rows });
    const [header, section, table, more] = blocks;
    expect(header.text.text.length).toBeLessThanOrEqual(150);
    expect(header.text.text).toMatch(/(&lt;)+…$/);
    expect(section.text.text.length).toBeLessThanOrEqual(3000);
    expect(table.rows).toHaveLength(100);
    expect(more.text.text).toBe('… and 31 more detectors.');
  });
});
