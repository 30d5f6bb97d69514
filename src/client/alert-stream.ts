import { createParser } from 'eventsource-parser';
import { type Alert, authorization, type CacheName, createSnewsClient, type SnewsServer } from './client.js';
import { asSnewsError, SnewsError } from './snews-error.js';

export interface AlertStreamOptions extends SnewsServer {
  /** Whose alerts; `live` by default. */
  readonly cache?: CacheName | undefined;
  /** The `sequence` of the last alert that you have: those after it follow. 0: all there are. Without it: from now on. */
  readonly lastEventId?: number | undefined;
  /** Ends the stream. */
  readonly signal?: AbortSignal | undefined;
  /** Told each time that the server has begun a stream. */
  readonly onConnection?: (() => void) | undefined;
  /** Told of each break, with what broke and in how many milliseconds the stream goes on. */
  readonly onInterruption?: ((error: unknown, retryMs: number) => void) | undefined;
  /** Milliseconds without a byte after which a connection counts as dead: the server says something every 15 s. */
  readonly maxSilenceMs?: number | undefined;
}

const MAX_SILENCE_MS = 45_000;
/** Until the server says how long to wait. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** An alert of all detectors there are has a few kilobytes. */
const LONGEST_EVENT = 4 * 1024 * 1024;

/**
 * Alerts as they come, in order, without gaps or doubles: after a break it goes on by itself where it was, for as long
 * as it takes. Ends when `signal` is aborted, or when you leave the loop.
 * To go on after a restart of your own program, keep the `sequence` of the last alert that you handled.
 *
 * @throws SnewsError if the server won't let you read, or doesn't understand: to try again would not help
 * @example
 * import { alertStream } from 'snews-coincidence-server';
 *
 * for await (const alert of alertStream({ baseUrl: 'http://127.0.0.1:8080' })) {
 *   console.log(alert.sequence, alert.alert_type, alert.detector_names, alert.neutrino_times);
 * }
 */
export async function* alertStream(options: AlertStreamOptions): AsyncGenerator<Alert, void, undefined> {
  const { signal, onInterruption } = options;
  const pace = createPace();
  let position = options.lastEventId;
  while (!isAborted(signal)) {
    let broken: unknown;
    try {
      // Settled before the first connection, so that even a break before the first alert loses none.
      position ??= await newestSequence(options);
      for await (const alert of connect(options, position, pace)) {
        position = alert.sequence;
        yield alert;
      }
      broken = new Error('the server ended the stream');
    } catch (error) {
      if (isAborted(signal)) return;
      if (error instanceof SnewsError && !error.isTemporary) throw error;
      broken = error;
    }
    const retryMs = pace.afterBreak(broken);
    onInterruption?.(broken, retryMs);
    await pause(retryMs, signal);
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** The sequence of the newest alert of the cache; 0 before its first. */
async function newestSequence({ baseUrl, key, cache = 'live', signal }: AlertStreamOptions): Promise<number> {
  const { data, error, response } = await createSnewsClient({ baseUrl, key }).GET('/v1/alerts', {
    params: { query: { cache, order: 'desc', limit: 1 } },
    ...(signal === undefined ? {} : { signal }),
  });
  if (data === undefined) throw asSnewsError(response, error);
  return data.items[0]?.sequence ?? 0;
}

/** The alerts of one connection. */
async function* connect(options: AlertStreamOptions, position: number, pace: Pace): AsyncGenerator<Alert> {
  const { baseUrl, key, cache = 'live', signal, maxSilenceMs = MAX_SILENCE_MS } = options;
  const closing = new AbortController();
  const silence = createSilence(maxSilenceMs, closing);
  try {
    const response = await silence.limits(
      fetch(`${baseUrl.replace(/\/+$/, '')}/v1/alerts/stream?cache=${cache}`, {
        headers: { ...authorization(key), accept: 'text/event-stream', 'last-event-id': String(position) },
        signal: signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]),
      }),
    );
    if (!response.ok || response.body === null) throw asSnewsError(response, await bodyOf(response));
    options.onConnection?.();
    const arrived: Alert[] = [];
    const parser = createParser({
      onEvent: ({ event, data }) => {
        if (event === 'alert') arrived.push(JSON.parse(data) as Alert);
      },
      onRetry: (milliseconds) => pace.serverAsksFor(milliseconds),
      maxBufferSize: LONGEST_EVENT,
    });
    const text = new TextDecoder();
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await silence.limits(reader.read());
      if (done) return;
      pace.works();
      parser.feed(text.decode(value, { stream: true }));
      yield* arrived.splice(0);
    }
  } finally {
    closing.abort();
  }
}

/** Problem details, or whatever text something between the server and us answered. */
async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!/\bjson\b/.test(response.headers.get('content-type') ?? '')) return text;
  return JSON.parse(text);
}

/** Breaks off whatever takes too long: a connection can die without a word. */
function createSilence(maxSilenceMs: number, closing: AbortController) {
  return {
    async limits<T>(awaited: Promise<T>): Promise<T> {
      const timer = setTimeout(
        () => closing.abort(new Error(`nothing was heard of the server for ${maxSilenceMs / 1000} s`)),
        maxSilenceMs,
      );
      try {
        return await awaited;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

type Pace = ReturnType<typeof createPace>;

/** How long to wait after a break: as the server asks, longer each time that nothing came, never all clients at once. */
function createPace() {
  let asked = FIRST_RETRY_MS;
  let failures = 0;
  return {
    serverAsksFor(milliseconds: number): void {
      asked = milliseconds;
    },
    works(): void {
      failures = 0;
    },
    afterBreak(error: unknown): number {
      const grown = Math.min(asked * 2 ** failures++, Math.max(asked, LONGEST_RETRY_MS));
      const least = error instanceof SnewsError ? (error.retryAfterMs ?? 0) : 0;
      return Math.round(Math.max(grown, least) * (1 + Math.random() / 4));
    },
  };
}

/** Waits; not any longer once the signal is aborted. */
function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done, { once: true });
    if (signal?.aborted === true) done();
  });
}
