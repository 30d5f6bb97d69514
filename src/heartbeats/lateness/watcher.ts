import { setTimeout as delay } from 'node:timers/promises';
import { campaign } from '../../database/leadership.js';
import type { Log } from '../../domain/log.js';
import type { WarningQueue } from './warning-queue.js';

const MINUTE_MILLISECONDS = 60_000;

export interface WatcherOptions {
  readonly databaseUrl: string;
  /** Looks at all detectors once. */
  look(): Promise<void>;
  /** What sends the warnings; none without a mail server and Slack. */
  readonly queues: readonly WarningQueue[];
  readonly log: Log;
  /** How often it looks, in milliseconds. */
  readonly every?: number;
}

export interface Watcher {
  /** There may be something to send. */
  wake(): void;
  /** Whatever is being sent is finished, within 5 s. */
  stop(): Promise<void>;
}

/**
 * Looks at the detectors every minute and sends the warnings, on one of all replicas. All of its state is in the
 * database: another replica that takes over repeats nothing.
 */
export function startWatcher({ databaseUrl, look, queues, log, every = MINUTE_MILLISECONDS }: WatcherOptions): Watcher {
  let woken = new AbortController();

  /** No queue waits for the server of another one. */
  async function ofAll(work: (queue: WarningQueue) => Promise<void>, event: string): Promise<void> {
    await Promise.all(queues.map((queue) => work(queue).catch((error) => log.warn({ err: error }, event))));
  }

  async function lead(signal: AbortSignal): Promise<void> {
    // By a clock that is never set: one that is set back by an hour must not keep it from looking for an hour.
    let nextLook = performance.now();
    // The replica that led before may have been of a release that could not write some of them.
    await ofAll((queue) => queue.retryFailed(), 'lateness:not-retried');
    while (!signal.aborted) {
      woken = new AbortController();
      if (performance.now() >= nextLook) {
        nextLook = performance.now() + every;
        await look().catch((error) => log.warn({ err: error }, 'lateness:not-looked'));
      }
      // Many e-mails and a slow server don't keep it from looking: a server that has not looked for minutes was away.
      const hasTime = () => performance.now() < nextLook;
      await ofAll((queue) => queue.sendDue(signal, hasTime), 'lateness:not-sent');
      const pause = Math.max(0, nextLook - performance.now());
      await delay(pause, undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(() => undefined);
    }
  }

  const leadership = campaign(databaseUrl, 'heartbeat watch', lead, log);
  return {
    wake: () => woken.abort(),
    async stop() {
      for (const queue of queues) queue.finish();
      await leadership.stop();
    },
  };
}
