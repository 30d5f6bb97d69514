import { randomUUID } from 'node:crypto';
import type { CacheName } from '../../domain/cache-name.js';
import { withoutAddresses } from '../../domain/mail-address.js';
import { type DeliveryObserver, UNOBSERVED } from '../observer.js';
import { nextDelay } from './backoff.js';
import type { Clock } from './clock.js';
import type { DeliveryQueue, Outstanding } from './deliveries.js';
import type { Notices } from './notices.js';
import { PATIENCE } from './patience.js';
import { DeliveryError, type DeliveryReceipt, type Sink } from './sinks/sink.js';

export interface RelayOptions {
  readonly sink: Sink;
  /** The caches of whose alerts the sink is told. */
  readonly caches: readonly CacheName[];
  readonly deliveries: DeliveryQueue;
  readonly notices: Notices;
  readonly clock: Clock;
  /** Takes secrets out of what is stored and logged. */
  redact(text: string): string;
  /** By default nobody is told. */
  readonly observer?: DeliveryObserver;
  readonly log: Log;
}

interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long a try may take. */
const SEND = 40 * SECOND;
/** How long a try that is under way may still take when the server stops. */
const GRACE = 10 * SECOND;
/** Whoever was stopped for longer between recording a try and sending doesn't send: it might be too late for it. */
const HESITATION = 5 * SECOND;
/** A try that didn't end by then is taken for lost, by whoever leads then; replicas' clocks may differ by the last part. */
const LEASE = HESITATION + SEND + GRACE + 20 * SECOND;
/** Looks for alerts this often also if nobody says that there are some. */
const POLL = 10 * SECOND;
/** How long to wait for a database that is away. */
const DATABASE_RETRY = SECOND;
const STUCK = { after: 10 * MINUTE, again: HOUR, look: MINUTE };

/**
 * Brings a cache's alerts to one sink: each once, an event's in order, with retries for 24 h. Each sink has a relay of
 * its own, so what one suffers doesn't hold up another.
 */
export function createRelay(options: RelayOptions) {
  const { sink, caches, deliveries, notices, clock, redact, observer = UNOBSERVED, log } = options;
  let idling = new AbortController();
  let isWoken = false;
  /** The other side asked to be left alone until then. */
  let pausedUntil = 0;
  let stuckLookedAt = 0;
  /** When the server began to stop. */
  let stoppedAt = Number.POSITIVE_INFINITY;

  async function idle(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (!isWoken) {
      idling = new AbortController();
      await clock.wait(milliseconds, AbortSignal.any([signal, idling.signal]));
    }
    isWoken = false;
  }

  function wake(): void {
    isWoken = true;
    idling.abort();
  }

  async function warnOfStuck(): Promise<void> {
    const now = clock.now();
    if (now < stuckLookedAt + STUCK.look) return;
    stuckLookedAt = now;
    // It gives up PATIENCE after it began to wait.
    const givesUpBy = now - STUCK.after + PATIENCE;
    for (const one of await deliveries.stuck(sink.name, now, givesUpBy, now - STUCK.again)) {
      log.warn(
        {
          sink: sink.name,
          delivery: Number(one.id),
          alert: one.alert_id,
          tries: one.tries,
          waitingSince: new Date(one.gives_up_at.getTime() - PATIENCE),
          error: one.last_error === null ? null : withoutAddresses(one.last_error),
        },
        'delivery:stuck',
      );
    }
  }

  async function giveUp(found: Outstanding): Promise<void> {
    const error = found.lastError ?? 'the alert was over 24 h old before it could be tried';
    if (!(await deliveries.failed(found, error))) return;
    observer.onFailed(sink.name, true);
    const { alertId, eventId, tries } = found;
    log.error(
      {
        sink: sink.name,
        delivery: Number(found.id),
        alert: alertId,
        event: eventId,
        tries,
        error: withoutAddresses(error),
      },
      'delivery:failed',
    );
  }

  /** Lets the sink send, for as long as a try may take. */
  async function send(found: Outstanding, attempt: string, signal: AbortSignal): Promise<DeliveryReceipt> {
    const begun = clock.now();
    const notice = await notices.of(found.alertId, await deliveries.receiptOf(sink.name, found.eventId));
    if (signal.aborted || clock.now() - begun > HESITATION) throw new DeliveryError('interrupted', 'transient', 0);
    const over = new AbortController();
    const ended = new AbortController();
    const timeLimit = (async () => {
      await clock.wait(SEND, AbortSignal.any([signal, ended.signal]));
      if (signal.aborted) await clock.wait(GRACE, ended.signal);
      over.abort();
      throw new DeliveryError('it took too long: whether it arrived is not known', 'transient');
    })();
    const sending = sink.deliver(notice, {
      signal: over.signal,
      progress: found.progress,
      async remember(progress, problem) {
        const text = problem === undefined ? undefined : redact(problem);
        const isOurs = await record(() =>
          deliveries.remembered(found.id, attempt, progress, text, clock.now() + LEASE),
        );
        if (!isOurs) {
          throw new DeliveryError('the try is over: another one may be under way', 'transient');
        }
      },
    });
    try {
      return await Promise.race([sending, timeLimit]);
    } finally {
      ended.abort();
      // Whichever came second has nobody left to tell.
      for (const late of [sending, timeLimit]) late.catch(() => undefined);
    }
  }

  async function tryOnce(found: Outstanding, signal: AbortSignal): Promise<void> {
    const attempt = randomUUID();
    const now = clock.now();
    if (!(await deliveries.begun(found, attempt, now, now + LEASE))) return;
    const about = { sink: sink.name, delivery: Number(found.id), alert: found.alertId, event: found.eventId };
    if (found.attempt !== null) log.warn({ ...about, tries: found.tries }, 'delivery:answer-lost');
    const tries = found.tries + 1;
    const outcome = await send(found, attempt, signal).then(
      (receipt) => ({ receipt }),
      (error) => ({ failure: asDeliveryError(error) }),
    );
    if ('receipt' in outcome) {
      const deliveredAt = clock.now();
      observer.onDelivered({ way: sink.name, alerts: [found.alertId], startedAt: now, deliveredAt });
      const isOurs = await record(() => deliveries.delivered(found.id, attempt, outcome.receipt, clock.now()));
      if (isOurs) log.info({ ...about, tries }, 'delivery:delivered');
      else log.warn({ ...about, tries }, 'delivery:taken-over');
      return;
    }
    observer.onFailed(sink.name, false);
    const { failure } = outcome;
    const error = redact(failure.message);
    const wait = nextDelay(failure, tries);
    const dueAt = Math.min(clock.now() + wait, found.givesUpAt);
    if (failure.retryAfterMs !== undefined) pausedUntil = clock.now() + wait;
    const isOurs = await record(() => deliveries.postponed(found.id, attempt, error, dueAt));
    const told = { ...about, tries, error: withoutAddresses(error) };
    if (isOurs) log.warn({ ...told, kind: failure.kind, next: new Date(dueAt) }, 'delivery:postponed');
    else log.warn(told, 'delivery:taken-over');
  }

  /**
   * What came of a try must be known, or it is done again: a database that is away is waited for. With it the leadership
   * is lost, so that is no reason to end; nobody else can begin the try anew meanwhile, and its token fences it after.
   */
  async function record(recording: () => Promise<boolean>): Promise<boolean> {
    for (;;) {
      try {
        return await recording();
      } catch (error) {
        if (clock.now() - stoppedAt > GRACE) throw error;
        log.warn({ err: error, sink: sink.name }, 'delivery:not-recorded');
        await clock.wait(DATABASE_RETRY, new AbortController().signal);
      }
    }
  }

  /** Does what is due, and says how long there is nothing to do. */
  async function step(signal: AbortSignal): Promise<number> {
    for (const cache of caches) await deliveries.enlist(sink.name, cache, clock.now(), PATIENCE);
    await warnOfStuck();
    const found = await deliveries.next(sink.name);
    const now = clock.now();
    if (found !== undefined && found.givesUpAt <= now && found.dueAt <= now) {
      await giveUp(found);
      return 0;
    }
    const dueAt = found === undefined ? Number.POSITIVE_INFINITY : Math.max(found.dueAt, pausedUntil);
    if (found === undefined || dueAt > now) return Math.min(POLL, dueAt - now);
    await tryOnce(found, signal);
    return 0;
  }

  return {
    name: sink.name,
    close: () => sink.close(),

    /** From now on alerts wait for the sink. */
    begin: () => deliveries.begin(sink.name, caches),

    /** There may be alerts. */
    wake,

    /** Somebody wants a delivery sent again, now: also if the other side asked to be left alone. */
    resume(): void {
      pausedUntil = 0;
      wake();
    },

    /** The server stops: what came of a try is recorded for 10 s more, not longer. */
    finish(): void {
      stoppedAt = clock.now();
    },

    /** Delivers until the signal says that somebody else does; what is under way then is finished, within 10 s. */
    async lead(signal: AbortSignal): Promise<void> {
      while (!signal.aborted) {
        try {
          const rest = await step(signal);
          if (rest > 0) await idle(rest, signal);
        } catch (error) {
          log.warn({ err: error, sink: sink.name }, 'delivery:interrupted');
          await clock.wait(DATABASE_RETRY, signal);
        }
      }
    },
  };
}

function asDeliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  return new DeliveryError(error instanceof Error ? error.message : String(error), 'transient');
}
