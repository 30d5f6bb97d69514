import { setTimeout as delay } from 'node:timers/promises';
import { campaign } from '../database/leadership.js';
import { connectPatiently } from '../database/pool.js';
import { CACHE_NAMES } from '../domain/cache-name.js';
import type { Engine } from '../domain/coincidence/engine.js';
import type { Log } from '../domain/log.js';
import { createFollower } from './follower.js';

/** Commands that cause no alert send no notification, so new commands are also looked for this often. */
const POLL_MILLISECONDS = 1_000;
const RETRY_MILLISECONDS = 1_000;

/** Follows all caches with the shadow engine, while no other replica does. */
export function startFollowing(databaseUrl: string, engine: Engine<unknown>, log: Log) {
  let idling = new AbortController();
  let isWoken = false;

  async function idle(signal: AbortSignal): Promise<void> {
    if (!isWoken) {
      idling = new AbortController();
      await pause(POLL_MILLISECONDS, AbortSignal.any([signal, idling.signal]));
    }
    isWoken = false;
  }

  /** Until the signal, or until something fails: after a failure it starts again with a new connection. */
  async function follow(signal: AbortSignal): Promise<void> {
    const client = await connectPatiently(databaseUrl);
    client.on('error', (error) => log.warn({ err: error }, 'shadow:connection-lost'));
    try {
      const followers = CACHE_NAMES.map((cache) => createFollower({ client, cache, engine, log }));
      for (let hasFailed = false; !signal.aborted && !hasFailed; ) {
        let commands = 0;
        for (const follower of followers) {
          try {
            commands += await follower.advance();
          } catch (error) {
            // A failure in one cache does not stop the others.
            log.warn({ err: error }, 'shadow:interrupted');
            hasFailed = true;
          }
        }
        if (commands === 0 && !hasFailed) await idle(signal);
      }
    } finally {
      await client.end();
    }
  }

  async function lead(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await follow(signal).catch((error) => log.warn({ err: error }, 'shadow:interrupted'));
      await pause(RETRY_MILLISECONDS, signal);
    }
  }

  const leadership = campaign(databaseUrl, `shadow ${engine.name}`, lead, log);
  return {
    /** There may be new commands. */
    wake(): void {
      isWoken = true;
      idling.abort();
    },
    stop: () => leadership.stop(),
  };
}

/** Ends early on the signal, without an error. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return delay(milliseconds, undefined, { signal }).catch(() => undefined);
}
