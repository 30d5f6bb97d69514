import { html } from '../../mail/html.js';
import type { HeartbeatDay, Latency } from '../../reads/heartbeat-day.js';
import { duration, utc } from '../lateness/times.js';
import { intervalText, type Written } from '../lateness/warnings.js';

/** Identifies the picture within the e-mail. */
const PICTURE = 'heartbeats@snews';

type Line = readonly [name: string, value: string];

/**
 * The e-mail to a detector's contacts about its last 24 h: as text, and as HTML with the picture, which is also attached.
 * Whatever a name contains is escaped.
 * @param picture the PNG; null if there is nothing to draw
 */
export function writeFeedback(day: HeartbeatDay, picture: Buffer | null, serverTag: string): Written {
  const { detector, from, to, total } = day.series;
  const [begin, end] = [from, to].map((time) => utc(new Date(time).toISOString())) as [string, string];
  const intro =
    total === 0
      ? `No heartbeat has come from ${detector} between ${begin} and ${end}.`
      : `Heartbeats of ${detector} between ${begin} and ${end}:`;
  const lines = total === 0 ? [] : figures(day);
  const gaps = day.longestGaps.map(({ seconds, ended }) => `${duration(seconds)}, until ${utc(ended.toISOString())}`);
  const gapsTitle = gaps.length < day.gaps ? `The longest ${gaps.length} of ${day.gaps} gaps:` : 'Gaps:';
  const status = `Its status is ${day.status}.`;
  const subject = `[SNEWS] Heartbeats of ${detector}`;
  return {
    subject,
    text: [
      intro,
      '',
      ...lines.map(([name, value]) => `${`${name}:`.padEnd(WIDEST)} ${value}`),
      ...(gaps.length === 0 ? [] : ['', gapsTitle, ...gaps.map((gap) => `  ${gap}`)]),
      ...(total === 0 ? [status] : ['', status]),
      '',
      '-- ',
      serverTag,
      '',
    ].join('\n'),
    html: html`<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${subject}</title></head>
<body style="margin:16px;color:#222;font-family:Segoe UI,Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.45">
<p style="overflow-wrap:anywhere">${intro}</p>
<table style="border-collapse:collapse;font-size:14px">
${lines.map(([name, value]) => html`<tr><th style="padding:2px 12px 2px 0;color:#555;text-align:left;font-weight:normal">${name}</th><td>${value}</td></tr>\n`)}</table>
${gaps.length === 0 ? '' : html`<p>${gapsTitle}</p>\n<ul>${gaps.map((gap) => html`<li>${gap}</li>`)}</ul>\n`}<p>${status}</p>
${picture === null ? '' : html`<p><img src="cid:${PICTURE}" alt="Intervals and latencies of the heartbeats over time" style="width:100%;max-width:1000px;height:auto"></p>\n`}<p style="color:#555;font-size:13px">${serverTag}</p>
</body>
</html>
`.source,
    ...(picture === null
      ? {}
      : {
          attachments: [{ filename: 'heartbeats.png', contentType: 'image/png', content: picture, contentId: PICTURE }],
        }),
  };
}

/** The longest name of a figure, with the colon. */
const WIDEST = 'Interval, mean ± σ:'.length;

function figures({ series, on, off, latency }: HeartbeatDay): Line[] {
  const { total, intervals } = series;
  return [
    ['Heartbeats', `${total} (${on} ON, ${off} OFF)`],
    ['Interval, mean ± σ', intervals === null ? 'too few to tell' : intervalText(intervals.mean, intervals.sigma)],
    ['Latency', latency === null ? 'no heartbeat says when it was sent' : latencyText(latency, total)],
  ];
}

function latencyText({ count, mean, median, least, most }: Latency, total: number): string {
  const [average, middle, shortest, longest] = [mean, median, least, most].map((seconds) => `${seconds.toFixed(3)} s`);
  const of = count === total ? '' : ` (of ${count} that say when they were sent)`;
  return `mean ${average}, median ${middle}, from ${shortest} to ${longest}${of}`;
}
