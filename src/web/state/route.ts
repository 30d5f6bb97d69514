import { signal } from '@preact/signals';
import type { CacheName } from '../../client/index.js';

export const PAGES = ['now', 'events', 'sub-groups', 'detectors', 'rates', 'shadow', 'administration'] as const;
export type PageName = (typeof PAGES)[number];

/** What the screen shows. It is the fragment of the address, so that reloads and links lead to it. */
export interface Route {
  readonly cache: CacheName;
  readonly page: PageName;
  /** An event, a detector, or a part of the administration. */
  readonly id: string | undefined;
}

export const CACHES: readonly CacheName[] = ['live', 'firedrill', 'test'];

export const route = signal<Route>(readRoute(location.hash));

addEventListener('hashchange', () => {
  route.value = readRoute(location.hash);
});

function readRoute(hash: string): Route {
  const [cache, page, id] = hash.replace(/^#\//, '').split('/');
  return {
    cache: CACHES.find((name) => name === cache) ?? 'live',
    page: PAGES.find((name) => name === page) ?? 'now',
    id: id === undefined || id === '' ? undefined : decode(id),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The link to a page. */
export function linkTo(page: PageName, id?: string, cache: CacheName = route.value.cache): string {
  return `#/${cache}/${page}${id === undefined ? '' : `/${encodeURIComponent(id)}`}`;
}

/** The link to the same page of another cache. Events differ between caches, so it leads to their list. */
export function linkToCache(cache: CacheName): string {
  const { page, id } = route.value;
  return page === 'events' ? linkTo('events', undefined, cache) : linkTo(page, id, cache);
}
