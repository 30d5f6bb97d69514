import type { CacheService, CommittedAlert } from '../cache/contract.js';
import type { Notifications } from '../database/notifications.js';
import { CACHE_NAMES, type CacheName } from '../domain/cache-name.js';

/** PostgreSQL channel on which a commit announces that it stored alerts; see the statement `write-cache`. */
const ALERT_CHANNEL = 'snews_alert';

/**
 * The cache may have pending alerts.
 * @param alerts those just committed, if this replica committed them; there may be others
 */
type AlertListener = (cache: CacheName, alerts?: readonly CommittedAlert[]) => void;

export interface AlertNotifications {
  on(listener: AlertListener): void;
}

/** Notifies outputs of alerts that this replica committed and, through PostgreSQL, of those that others committed. */
export function createAlertNotifications(
  cacheService: Pick<CacheService, 'onAlerts'>,
  notifications: Notifications,
): AlertNotifications {
  const listeners: AlertListener[] = [];
  const notify: AlertListener = (cache, alerts) => {
    for (const listener of listeners) listener(cache, alerts);
  };
  cacheService.onAlerts(notify);
  notifications.on(ALERT_CHANNEL, (name) => {
    for (const cache of CACHE_NAMES) if (cache === name) notify(cache);
  });
  // PostgreSQL does not repeat notifications that were sent while the connection was down.
  notifications.onListening(() => {
    for (const cache of CACHE_NAMES) notify(cache);
  });
  return { on: (listener) => void listeners.push(listener) };
}
