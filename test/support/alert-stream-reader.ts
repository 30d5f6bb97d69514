import { get, type IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';

export interface StreamOptions {
  readonly lastEventId?: number | string;
  readonly after?: number | string;
  readonly cache?: string;
  readonly key?: string;
}

/** A client of the alert stream over real HTTP. */
export interface StreamReader {
  readonly response: IncomingMessage;
  /** The sequences of the alerts that came, in order. */
  readonly sequences: number[];
  readonly comments: string[];
  /** All that came, as it came. */
  text(): string;
  /** Resolves when so many alerts came. */
  has(count: number): Promise<void>;
  readonly closed: Promise<void>;
  close(): void;
}

export async function readStream(url: string, options: StreamOptions = {}): Promise<StreamReader> {
  const query = new URLSearchParams();
  if (options.cache !== undefined) query.set('cache', options.cache);
  if (options.after !== undefined) query.set('after', String(options.after));
  const headers: Record<string, string> = {};
  if (options.lastEventId !== undefined) headers['last-event-id'] = String(options.lastEventId);
  if (options.key !== undefined) headers.authorization = `Bearer ${options.key}`;
  const request = get(`${url}/v1/alerts/stream?${query}`, { headers, agent: false });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve).on('error', reject);
  });

  const sequences: number[] = [];
  const comments: string[] = [];
  const waiting = new Set<() => void>();
  let text = '';
  const parser = createParser({
    onEvent: ({ id, event, data }) => {
      const alert = JSON.parse(data) as { sequence: number };
      if (event !== 'alert' || id !== String(alert.sequence)) throw new Error(`not an alert: ${event} ${id} ${data}`);
      sequences.push(alert.sequence);
      for (const look of waiting) look();
    },
    onComment: (comment) => comments.push(comment),
  });
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    parser.feed(chunk);
  });
  // A stream that the server breaks off is what some tests are about.
  response.on('error', () => undefined);

  return {
    response,
    sequences,
    comments,
    text: () => text,
    has: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (sequences.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    closed: new Promise((resolve) => response.on('close', resolve)),
    close: () => request.destroy(),
  };
}
