import type { Clock } from '../../database/jobs/clock.js';
import { JobQueue } from '../../database/jobs/queue.js';
import type { CacheName } from '../../domain/cache-name.js';
import type { Log } from '../../domain/log.js';
import { type DeliveryObserver, UNOBSERVED } from '../observer.js';
import type { Deliveries } from './deliveries.js';
import {
  createDeliverySender,
  DELIVERY_LEASE,
  DELIVERY_LIMITS,
  DELIVERY_WAITS,
  type DeliveryJobs,
} from './delivery-jobs.js';
import { DELIVERY_LIFETIME } from './lifetime.js';
import type { Notices } from './notices.js';
import type { Sink } from './sinks/sink.js';
import { createStuckWarnings } from './stuck-deliveries.js';

export interface RelayOptions {
  readonly sink: Sink;
  /** The caches whose alerts go to the sink. */
  readonly caches: readonly CacheName[];
  readonly deliveries: Deliveries;
  /** The deliveries to this sink. */
  readonly jobs: DeliveryJobs;
  readonly notices: Notices;
  readonly clock: Clock;
  /** Takes secrets out of what is stored and logged. */
  redact(text: string): string;
  /** By default none. */
  readonly observer?: DeliveryObserver;
  readonly log: Log;
}

/** How often to look for alerts without being woken, in milliseconds. */
const POLL = 10_000;
/** How long to wait for a database that is away, in milliseconds. */
const DATABASE_RETRY = 1_000;

/**
 * Brings the alerts of some caches to one sink: each once, an event's in order, with retries for 24 h. Each sink has a
 * relay of its own, so a sink that fails does not delay the others.
 *
 * The states of a relay:
 *
 * - standby: another replica leads, or none. `lead` has not been called.
 * - working: deliveries of new alerts are stored, stuck ones are warned of, and the job that is due is done. The states
 *   of a delivery are those of a job: src/database/jobs/queue.ts.
 * - idle: no delivery is due, or the sink asked for a pause.
 * - recovering: a statement failed.
 *
 * The transitions:
 *
 * - standby → working: this replica won the leadership, and `lead` is called.
 * - working → working: a job was done.
 * - working → idle: nothing is due.
 * - idle → working: the next delivery is due, 10 s are over, or `wake` or `resume` was called.
 * - working → recovering → working: after a second. Nothing is lost: what is not recorded is found again.
 * - working → standby: the server stops or the leadership is lost. A delivery that is under way is finished and
 *   recorded first, within 10 s.
 * - idle, recovering → standby: the same, at once.
 */
export function createRelay(options: RelayOptions) {
  const { sink, caches, deliveries, jobs, clock, observer = UNOBSERVED, log } = options;
  const sender = createDeliverySender({ ...options, observer });
  const [limits, lease, waits] = [DELIVERY_LIMITS, DELIVERY_LEASE, DELIVERY_WAITS];
  const queue = new JobQueue({ jobs, sender, limits, lease, waits, clock, log });
  const warnOfStuck = createStuckWarnings(deliveries, sink.name, clock, log);
  let idling = new AbortController();
  let isWoken = false;

  /** @returns for how long there is nothing to do, in milliseconds */
  async function work(signal: AbortSignal): Promise<number> {
    for (const cache of caches) await deliveries.enlist(sink.name, cache, clock.now(), DELIVERY_LIFETIME);
    await warnOfStuck();
    const step = await queue.step(signal);
    return step.kind === 'idle' ? Math.min(POLL, step.milliseconds) : 0;
  }

  /** A call of `wake` since the work began counts too. */
  async function idle(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (!isWoken) {
      idling = new AbortController();
      await clock.wait(milliseconds, AbortSignal.any([signal, idling.signal]));
    }
    isWoken = false;
  }

  async function recover(error: unknown, signal: AbortSignal): Promise<void> {
    log.warn({ err: error, sink: sink.name }, 'delivery:interrupted');
    await clock.wait(DATABASE_RETRY, signal);
  }

  function wake(): void {
    isWoken = true;
    idling.abort();
  }

  return {
    name: sink.name,
    close: () => sink.close(),

    /** From now on deliveries are stored for alerts. */
    begin: () => deliveries.begin(sink.name, caches),

    /** There may be alerts. */
    wake,

    /** An administrator sends a delivery again: it is tried now, also if the sink asked for a pause. */
    resume(): void {
      queue.resume();
      wake();
    },

    /** The server stops: results are recorded for 10 s more, not longer. */
    finish: () => queue.finish(),

    /** Delivers until the signal aborts. */
    async lead(signal: AbortSignal): Promise<void> {
      while (!signal.aborted) {
        try {
          const milliseconds = await work(signal);
          if (milliseconds > 0) await idle(milliseconds, signal);
        } catch (error) {
          await recover(error, signal);
        }
      }
    },
  };
}
