import { setTimeout as delay } from 'node:timers/promises';
import { campaign } from '../../database/leadership.js';

const MINUTE_MILLISECONDS = 60_000;

export interface WatcherOptions {
  readonly databaseUrl: string;
  /** Done when it begins to lead: another one led before, maybe of another release. */
  begin(): Promise<void>;
  /** Looks at all detectors once. */
  look(): Promise<void>;
  /** Sends the mails that wait, as long as there is time for it; without a mailer there are none. */
  sendDue(signal: AbortSignal, hasTime: () => boolean): Promise<void>;
  readonly log: Log;
  /** How often it looks, in milliseconds. */
  readonly every?: number;
}

interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export interface Watcher {
  /** A mail may wait. */
  wake(): void;
  stop(): Promise<void>;
}

/**
 * Looks at the detectors every minute and sends what there is to tell, on one of all replicas. What it knows is in the
 * database: another one that takes over repeats nothing.
 */
export function startWatcher({
  databaseUrl,
  begin,
  look,
  sendDue,
  log,
  every = MINUTE_MILLISECONDS,
}: WatcherOptions): Watcher {
  let woken = new AbortController();

  async function lead(signal: AbortSignal): Promise<void> {
    // By a clock that is never set: one that is set back by an hour must not keep it from looking for an hour.
    let nextLook = performance.now();
    await begin().catch((error) => log.warn({ err: error }, 'mail:not-taken-up'));
    while (!signal.aborted) {
      woken = new AbortController();
      if (performance.now() >= nextLook) {
        nextLook = performance.now() + every;
        await look().catch((error) => log.warn({ err: error }, 'watch:not-looked'));
      }
      // Many mails and a slow server don't keep it from looking: whoever hasn't looked for minutes was away.
      await sendDue(signal, () => performance.now() < nextLook).catch((error) =>
        log.warn({ err: error }, 'mail:not-sent'),
      );
      const pause = Math.max(0, nextLook - performance.now());
      await delay(pause, undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(() => undefined);
    }
  }

  const leadership = campaign(databaseUrl, 'heartbeat watch', lead, log);
  return { wake: () => woken.abort(), stop: leadership.stop };
}
