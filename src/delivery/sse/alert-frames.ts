import type { AlertView } from '../../domain/views.js';

/**
 * Server-sent events (WHATWG HTML, section 9.2) as bytes. JSON has no line breaks of its own, so an alert is one
 * `data` line.
 */
export function alertFrame(alert: AlertView): Buffer {
  return Buffer.from(`id: ${alert.sequence}\nevent: alert\ndata: ${JSON.stringify(alert)}\n\n`);
}

/** A line that says nothing: proxies close connections on which nothing is said. */
export const COMMENT = Buffer.from(': heartbeat\n\n');

/**
 * What a stream begins with: when to come back after a break, and, for a reader that named no place to begin at,
 * where that is, as an id without an event: it can so resume before its first alert.
 */
export function preface(retryMs: number, position: number | undefined): string {
  return position === undefined ? `retry: ${retryMs}\n\n` : `retry: ${retryMs}\nid: ${position}\n\n`;
}
