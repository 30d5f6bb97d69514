import { effect, type Signal, signal } from '@preact/signals';
import { type Alert, alertStream, type CacheName, type components } from '../../client/index.js';
import { SnewsError } from '../../client/snews-error.js';
import { announce } from './announcements.js';
import { CACHES, route } from './route.js';
import { answered, BASE_URL, dropRejectedKey, key, mayRead, server } from './server.js';
import { soundFor } from './sound.js';

export type ShownAlert = components['schemas']['AlertWithDeliveries'];

export type StreamState =
  | { readonly state: 'off' }
  | { readonly state: 'connecting' }
  | { readonly state: 'connected' }
  | { readonly state: 'reconnecting'; readonly since: number; readonly why: string };

/** The alerts of a cache that this page has. */
export interface AlertFeed {
  /** The newest first. */
  readonly alerts: Signal<readonly ShownAlert[]>;
  readonly connection: Signal<StreamState>;
  /** Ids of alerts that were received while the page was open and are not marked as seen. */
  readonly unseen: Signal<ReadonlySet<string>>;
  /** True once the existing alerts have been fetched. */
  readonly isLoaded: Signal<boolean>;
}

/** The number of alerts that are fetched first; older ones are fetched on demand. */
const FIRST_ALERTS = 100;
/** The limit of alerts, so that a page that is open for months does not grow. */
const MOST_ALERTS = 1_000;
const RETRY_MILLISECONDS = 1_500;

const created = CACHES.map((cache) => [cache, createFeed()] as const);
const feeds = Object.fromEntries(created) as unknown as Readonly<Record<CacheName, AlertFeed>>;

export function feedOf(cache: CacheName): AlertFeed {
  return feeds[cache];
}

function createFeed(): AlertFeed {
  return {
    alerts: signal([]),
    connection: signal<StreamState>({ state: 'off' }),
    unseen: signal<ReadonlySet<string>>(new Set()),
    isLoaded: signal(false),
  };
}

/** Live alerts are always received, also while another cache is on the screen. */
effect(() => {
  const current = key.value;
  return follow('live', current);
});
effect(() => {
  const { cache } = route.value;
  const current = key.value;
  if (cache === 'live' || !mayRead.value) return undefined;
  return follow(cache, current);
});

/** Receives a cache's alerts until the returned function is called. */
function follow(cache: CacheName, current: string | undefined): () => void {
  const closing = new AbortController();
  void run(cache, current, closing.signal);
  return () => {
    closing.abort();
    feeds[cache].connection.value = { state: 'off' };
  };
}

async function run(cache: CacheName, current: string | undefined, signal: AbortSignal): Promise<void> {
  const feed = feeds[cache];
  if (feed.connection.peek().state === 'off') feed.connection.value = { state: 'connecting' };
  while (!signal.aborted) {
    try {
      // The stream continues after the alerts that the page has.
      if (!feed.isLoaded.peek() || current !== undefined) await loadNewest(cache, signal);
      const stream = alertStream({
        baseUrl: BASE_URL,
        key: current,
        cache,
        signal,
        lastEventId: feed.alerts.peek()[0]?.sequence ?? 0,
        onConnection: () => {
          feed.connection.value = { state: 'connected' };
        },
        onInterruption: (error) => interrupted(feed, error),
      });
      for await (const alert of stream) take(feed, alert);
    } catch (error) {
      if (signal.aborted) return;
      interrupted(feed, error);
      if (error instanceof SnewsError && error.status === 401 && current !== undefined)
        return dropRejectedKey(error.message);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
    }
  }
}

async function loadNewest(cache: CacheName, signal: AbortSignal): Promise<void> {
  const { items } = await answered(
    server.peek().GET('/v1/alerts', { params: { query: { cache, order: 'desc', limit: FIRST_ALERTS } }, signal }),
  );
  if (signal.aborted) return;
  const feed = feeds[cache];
  // Alerts that were sent between two streams are new too.
  const known = feed.alerts.peek()[0]?.sequence;
  if (feed.isLoaded.peek())
    for (const alert of items.toReversed()) if (alert.sequence > (known ?? 0)) take(feed, alert);
  merge(feed, items);
  feed.isLoaded.value = true;
}

/** Fetches alerts older than those on the screen. @returns false if there are none */
export async function loadOlder(cache: CacheName): Promise<boolean> {
  const feed = feeds[cache];
  const oldest = feed.alerts.peek().at(-1);
  if (oldest === undefined) return false;
  const query = { cache, order: 'desc', limit: FIRST_ALERTS, to: oldest.sent_time_utc } as const;
  const { items } = await answered(server.peek().GET('/v1/alerts', { params: { query } }));
  const before = feed.alerts.peek().length;
  merge(feed, items);
  return feed.alerts.peek().length > before;
}

/** Fetches the deliveries of the newest alerts. */
export async function refreshDeliveries(cache: CacheName): Promise<void> {
  const query = { cache, order: 'desc', limit: FIRST_ALERTS } as const;
  merge(feeds[cache], (await answered(server.peek().GET('/v1/alerts', { params: { query } }))).items);
}

/** Merges alerts by their sequence. A fetched alert replaces that of the stream, which has no deliveries. */
function merge(feed: AlertFeed, fetched: readonly ShownAlert[]): void {
  const bySequence = new Map(feed.alerts.peek().map((alert) => [alert.sequence, alert]));
  for (const alert of fetched) bySequence.set(alert.sequence, alert);
  feed.alerts.value = [...bySequence.values()].sort((a, b) => b.sequence - a.sequence).slice(0, MOST_ALERTS);
}

function take(feed: AlertFeed, alert: Alert): void {
  if (feed.alerts.peek().some(({ sequence }) => sequence === alert.sequence)) return;
  merge(feed, [alert]);
  feed.unseen.value = new Set([...feed.unseen.peek(), alert.id]);
  announce(alert);
  soundFor(alert);
}

function interrupted(feed: AlertFeed, error: unknown): void {
  const before = feed.connection.peek();
  const since = before.state === 'reconnecting' ? before.since : Date.now();
  feed.connection.value = { state: 'reconnecting', since, why: error instanceof Error ? error.message : String(error) };
}

export function markSeen(cache: CacheName, ids?: readonly string[]): void {
  const { unseen } = feeds[cache];
  unseen.value = ids === undefined ? new Set() : new Set([...unseen.peek()].filter((id) => !ids.includes(id)));
}

effect(() => {
  const { cache } = route.value;
  const name = { live: 'SNEWS live', firedrill: 'FIRE DRILL · SNEWS', test: 'TEST · SNEWS' }[cache];
  const live = feeds.live.unseen.value.size;
  const shown = feeds[cache].unseen.value.size;
  const counts =
    cache === 'live' ? (live > 0 ? `(${live}) ` : '') : live > 0 ? `(${live} LIVE) ` : shown > 0 ? `(${shown}) ` : '';
  document.title = counts + name;
});
