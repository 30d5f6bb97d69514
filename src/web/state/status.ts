import { computed, effect, signal } from '@preact/signals';
import type { components } from '../../client/index.js';
import { feedOf } from './alerts.js';
import { route } from './route.js';
import { answered, BASE_URL, key, mayRead, server } from './server.js';

export type Status = components['schemas']['Status'];

/** The state of the cache on the screen; undefined until it is known, or without a key that can read. */
export const status = signal<Status | undefined>(undefined);

/** Parts that do not work, as in /readyz; undefined if the server did not answer. */
export const degraded = signal<readonly string[] | undefined>([]);

/** Changes whenever the cache on the screen may have changed, so that pages fetch their data again. */
export const change = computed(() => {
  const { cache } = route.value;
  return `${cache} ${status.value?.version ?? 0} ${feedOf(cache).alerts.value[0]?.sequence ?? 0}`;
});

const EVERY_MILLISECONDS = 3_000;

effect(() => {
  const { cache } = route.value;
  const isAllowed = mayRead.value;
  // Another key may permit more.
  key.value;
  const closing = new AbortController();
  void poll(closing.signal, cache, isAllowed);
  return () => closing.abort();
});

type CacheName = Status['cache'];

async function poll(signal: AbortSignal, cache: CacheName, isAllowed: boolean): Promise<void> {
  if (status.peek()?.cache !== cache || !isAllowed) status.value = undefined;
  while (!signal.aborted) {
    try {
      if (isAllowed) {
        const current = await answered(server.peek().GET('/v1/status', { params: { query: { cache } }, signal }));
        if (signal.aborted) return;
        status.value = current;
        degraded.value = current.degraded;
      } else {
        const response = await fetch(`${BASE_URL}/readyz`, { signal });
        const body = (await response.json()) as { degraded?: readonly string[] };
        if (signal.aborted) return;
        degraded.value = response.ok ? (body.degraded ?? []) : ['database'];
      }
    } catch {
      if (signal.aborted) return;
      degraded.value = undefined;
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MILLISECONDS));
    // The page is not visible: only the alert stream continues.
    while (document.hidden && !signal.aborted)
      await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true, signal }));
  }
}
