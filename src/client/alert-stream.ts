import { createParser } from 'eventsource-parser';
import { type Alert, authorization, type CacheName, createSnewsClient, type SnewsServer } from './client.js';
import { asSnewsError, SnewsError } from './snews-error.js';

export interface AlertStreamOptions extends SnewsServer {
  /** The cache whose alerts are streamed; `live` by default. */
  readonly cache?: CacheName | undefined;
  /** The `sequence` of the last alert that you have: the stream begins after it. 0: all alerts. Undefined: new alerts. */
  readonly lastEventId?: number | undefined;
  /** Ends the stream. */
  readonly signal?: AbortSignal | undefined;
  /** Called each time the server has begun a stream. */
  readonly onConnection?: (() => void) | undefined;
  /** Called at each interruption, with its error and the milliseconds until the next connection. */
  readonly onInterruption?: ((error: unknown, retryMs: number) => void) | undefined;
  /** Milliseconds without a byte after which a connection counts as dead: the server sends something every 15 s. */
  readonly maxSilenceMs?: number | undefined;
}

const MAX_SILENCE_MS = 45_000;
/** Used until the server says how long to wait. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** In bytes. An alert of all detectors has a few kilobytes. */
const LONGEST_EVENT = 4 * 1024 * 1024;

/**
 * Alerts as they are sent, in order, without gaps or duplicates. After an interruption the stream reconnects and
 * continues, however long it takes. It ends when `signal` is aborted or when you leave the loop.
 * To continue after a restart of your own program, store the `sequence` of the last alert that you handled.
 *
 * @throws SnewsError if the server rejects the request, so that a retry would not help
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
    let cause: unknown;
    try {
      // Known before the first connection, so that an interruption before the first alert loses none.
      position ??= await newestSequence(options);
      for await (const alert of connect(options, position, pace)) {
        position = alert.sequence;
        yield alert;
      }
      cause = new Error('the server ended the stream');
    } catch (error) {
      if (isAborted(signal)) return;
      if (error instanceof SnewsError && !error.isTemporary) throw error;
      cause = error;
    }
    const retryMs = pace.afterInterruption(cause);
    onInterruption?.(cause, retryMs);
    await pause(retryMs, signal);
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** The sequence of the newest alert of the cache; 0 if there is none. */
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

/** Problem details, or any text that something else than the server answered. */
async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!/\bjson\b/.test(response.headers.get('content-type') ?? '')) return text;
  return JSON.parse(text);
}

/** Aborts what takes too long: a connection can die without notice. */
function createSilence(maxSilenceMs: number, closing: AbortController) {
  return {
    async limits<T>(awaited: Promise<T>): Promise<T> {
      const timer = setTimeout(
        () => closing.abort(new Error(`the server sent nothing for ${maxSilenceMs / 1000} s`)),
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

/** The wait after an interruption: as the server asks, longer after each failure, and random to spread the clients. */
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
    afterInterruption(error: unknown): number {
      const grown = Math.min(asked * 2 ** failures++, Math.max(asked, LONGEST_RETRY_MS));
      const least = error instanceof SnewsError ? (error.retryAfterMs ?? 0) : 0;
      return Math.round(Math.max(grown, least) * (1 + Math.random() / 4));
    },
  };
}

/** Waits until the time is over or the signal is aborted. */
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
