import type { Clock } from '../../database/jobs/clock.js';
import { withoutAddresses } from '../../domain/email-address.js';
import type { Log } from '../../domain/log.js';
import type { SinkName } from '../../domain/views.js';
import type { Deliveries } from './deliveries.js';
import { DELIVERY_LIFETIME } from './lifetime.js';

const MINUTE = 60_000;
/** A delivery is warned of when it has been pending for `after`, and then once in `again`. */
const STUCK = { after: 10 * MINUTE, again: 60 * MINUTE };
const LOOK = MINUTE;

/** Warns of deliveries to a sink that have been pending for long. @returns what looks, if a minute has passed since */
export function createStuckWarnings(deliveries: Deliveries, sink: SinkName, clock: Clock, log: Log) {
  let lookedAt = 0;
  return async (): Promise<void> => {
    const now = clock.now();
    if (now < lookedAt + LOOK) return;
    lookedAt = now;
    const failsBy = now - STUCK.after + DELIVERY_LIFETIME;
    for (const one of await deliveries.stuck(sink, now, failsBy, now - STUCK.again)) {
      log.warn(
        {
          sink,
          delivery: Number(one.id),
          alert: one.alert_id,
          tries: one.tries,
          pendingSince: new Date(one.gives_up_at.getTime() - DELIVERY_LIFETIME),
          error: one.last_error === null ? null : withoutAddresses(one.last_error),
        },
        'delivery:stuck',
      );
    }
  };
}
