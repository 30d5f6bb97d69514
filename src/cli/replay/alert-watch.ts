import { type Alert, alertStream, type CacheName } from '../../client/index.js';
import { pauseUnlessAborted } from '../retry.js';
import { answered, type ServerConnection } from '../server.js';

/** Receives the alerts of some caches. */
export interface AlertWatch {
  /** The number of alerts that were received. */
  count(): number;
  /** Waits until the alerts up to this sequence are received, for a limited time. */
  reach(cache: CacheName, sequence: number): Promise<void>;
  stop(): Promise<void>;
}

const LONGEST_WAIT_MS = 10_000;
const LOOK_INTERVAL_MS = 20;

/** Shows every alert that is committed after the returned promise is resolved. */
export async function watchAlerts(
  { client, url, key }: ServerConnection,
  caches: Iterable<CacheName>,
  show: (alert: Alert) => void,
): Promise<AlertWatch> {
  const stopping = new AbortController();
  const reached = new Map<CacheName, number>();
  let count = 0;

  async function follow(cache: CacheName, lastEventId: number): Promise<void> {
    for await (const alert of alertStream({ baseUrl: url, key, cache, lastEventId, signal: stopping.signal })) {
      count++;
      show(alert);
      reached.set(cache, alert.sequence);
    }
  }

  for (const cache of caches) {
    const page = answered(await client.GET('/v1/alerts', { params: { query: { cache, order: 'desc', limit: 1 } } }));
    reached.set(cache, page.items[0]?.sequence ?? 0);
  }
  const following = Promise.all([...reached].map(([cache, sequence]) => follow(cache, sequence)));
  // `stop` reports a failure; until then it must not end the process.
  following.catch(() => undefined);

  return {
    count: () => count,
    async reach(cache, sequence) {
      const waitUntil = Date.now() + LONGEST_WAIT_MS;
      while ((reached.get(cache) ?? sequence) < sequence && Date.now() < waitUntil) {
        await pauseUnlessAborted(LOOK_INTERVAL_MS, stopping.signal);
      }
    },
    async stop() {
      stopping.abort();
      await following;
    },
  };
}
