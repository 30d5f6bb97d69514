import type { Email } from '../../mail/mailer.js';
import type { BackFacts, EmailFacts, LateFacts, QuietFacts, RecoveredFacts } from './facts.js';
import { resetNews } from './reset-news.js';
import { duration, utc } from './times.js';

/** An e-mail without what its queue adds. */
export type Written = Omit<Email, 'to' | 'messageId'>;

/**
 * The text of a warning, of its all-clear, or of the news of a reset. Plain text, whatever a name contains.
 * @param serverTag names the server
 * @param idOf makes the Message-ID from the id of an e-mail
 */
export function writeWarning(
  facts: Exclude<EmailFacts, { kind: 'feedback' }>,
  now: Date,
  serverTag: string,
  idOf: (email: string) => string,
): Written {
  const { subject, lines } = contentOf(facts, now);
  const thread = 'reply_to' in facts ? { inReplyTo: idOf(facts.reply_to), references: [idOf(facts.reply_to)] } : {};
  return { subject: `[SNEWS] ${subject}`, text: [...lines, '', '-- ', serverTag, ''].join('\n'), ...thread };
}

interface Content {
  readonly subject: string;
  readonly lines: readonly string[];
}

function contentOf(facts: Exclude<EmailFacts, { kind: 'feedback' }>, now: Date): Content {
  switch (facts.kind) {
    case 'late':
      return late(facts, now);
    case 'back':
      return back(facts);
    case 'quiet':
      return quiet(facts, now);
    case 'recovered':
      return recovered(facts, now);
    case 'reset':
      return resetNews(facts);
  }
}

function late({ detector, last_beat, mean, sigma, expected_at }: LateFacts, now: Date): Content {
  const silence = (now.getTime() - Date.parse(last_beat)) / 1_000;
  return {
    subject: `${detector} is late`,
    lines: [
      `No heartbeat has come from ${detector} for ${duration(silence)}.`,
      '',
      `Last heartbeat:   ${utc(last_beat)}`,
      `Usual interval:   ${intervalText(mean, sigma)}`,
      `Next expected at: ${utc(expected_at)}`,
      '',
      'There is one warning of each silence. You will be told when it is over.',
    ],
  };
}

function back({ detector, last_beat, heard_at, status }: BackFacts): Content {
  const silence = (Date.parse(heard_at) - Date.parse(last_beat)) / 1_000;
  return {
    subject: `${detector} is back`,
    lines: [
      `Heartbeats come from ${detector} again. Its status is ${status}.`,
      '',
      `Last before:      ${utc(last_beat)}`,
      `Latest:           ${utc(heard_at)}, ${duration(silence)} later`,
    ],
  };
}

function quiet({ since, on }: QuietFacts, now: Date): Content {
  const lasts = (now.getTime() - Date.parse(since)) / 1_000;
  return {
    subject: 'fewer than two detectors are on',
    lines: [
      `Fewer than two detectors have been on for ${duration(lasts)}. No coincidence can be found.`,
      '',
      `Two were last on: ${utc(since)}`,
      `On now:           ${on.length === 0 ? 'none' : on.join(', ')}`,
      '',
      'You will be told once more, when two are on again.',
    ],
  };
}

function recovered({ since, on }: RecoveredFacts, now: Date): Content {
  const lasted = (now.getTime() - Date.parse(since)) / 1_000;
  return {
    subject: 'two detectors are on again',
    lines: [`After ${duration(lasted)} two detectors or more are on again: ${on.join(', ')}.`],
  };
}

/** Mean ± standard deviation, in seconds. */
export function intervalText(mean: number, sigma: number): string {
  return `${mean.toFixed(1)} s ± ${sigma.toFixed(1)} s`;
}
