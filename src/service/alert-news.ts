import type { CacheService, CommittedAlert } from '../cache/contract.js';
import type { Notifications } from '../database/notifications.js';
import { CACHE_NAMES, type CacheName } from '../domain/cache-name.js';

/** How PostgreSQL's notifications name the alerts that a commit stored; see the statement `write-cache`. */
const ALERT_CHANNEL = 'snews_alert';

/** Alerts of a cache may wait: these at least, if this replica committed them. */
type AlertListener = (cache: CacheName, alerts?: readonly CommittedAlert[]) => void;

export interface AlertNews {
  on(listener: AlertListener): void;
}

/** Tells outputs of new alerts: those that this replica commits, and those of others as PostgreSQL tells of them. */
export function createAlertNews(cacheService: Pick<CacheService, 'onAlerts'>, notifications: Notifications): AlertNews {
  const listeners: AlertListener[] = [];
  const tell: AlertListener = (cache, alerts) => {
    for (const listener of listeners) listener(cache, alerts);
  };
  cacheService.onAlerts(tell);
  notifications.on(ALERT_CHANNEL, (name) => {
    for (const cache of CACHE_NAMES) if (cache === name) tell(cache);
  });
  // Some may have been missed.
  notifications.onListening(() => {
    for (const cache of CACHE_NAMES) tell(cache);
  });
  return { on: (listener) => void listeners.push(listener) };
}
