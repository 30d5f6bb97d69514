import type { AlertView } from '../../domain/views.js';

/**
 * Server-sent events (WHATWG HTML, section 9.2) as bytes. JSON has no line breaks of its own, so an alert is one
 * `data` line.
 */
export function alertFrame(alert: AlertView): Buffer {
  return Buffer.from(`id: ${alert.sequence}\nevent: alert\ndata: ${JSON.stringify(alert)}\n\n`);
}

/** A comment: proxies close connections on which nothing is sent. */
export const COMMENT = Buffer.from(': heartbeat\n\n');

/**
 * The beginning of a stream: after how long to reconnect, and, for a reader that named no position, the position at which
 * it begins, as an id without an event. With it a reader can resume before its first alert.
 */
export function preface(retryMs: number, position: number | undefined): string {
  return position === undefined ? `retry: ${retryMs}\n\n` : `retry: ${retryMs}\nid: ${position}\n\n`;
}
