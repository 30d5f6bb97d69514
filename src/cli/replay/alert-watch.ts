import { type Alert, alertStream, type CacheName } from '../../client/index.js';
import { pauseUnlessAborted } from '../patience.js';
import { answered, type ServerConnection } from '../server.js';

/** The alerts of some caches, as they come. */
export interface AlertWatch {
  /** How many have come. */
  count(): number;
  /** Waits until those up to this sequence have come, but not for ever. */
  reach(cache: CacheName, sequence: number): Promise<void>;
  stop(): Promise<void>;
}

const LONGEST_WAIT_MS = 10_000;
const LOOK_INTERVAL_MS = 20;

/** Watches from now on: what is committed after this has resolved is shown, also when it comes at once. */
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
  // Whoever stops the watch is told; until then a failure mustn't end the process.
  following.catch(() => undefined);

  return {
    count: () => count,
    async reach(cache, sequence) {
      const patientUntil = Date.now() + LONGEST_WAIT_MS;
      while ((reached.get(cache) ?? sequence) < sequence && Date.now() < patientUntil) {
        await pauseUnlessAborted(LOOK_INTERVAL_MS, stopping.signal);
      }
    },
    async stop() {
      stopping.abort();
      await following;
    },
  };
}
