import type { Log } from '../domain/log.js';
import { openSession, type Session } from './session.js';

const RECONNECT_MILLISECONDS = 1_000;
/** The first reconnection after a connection that worked. */
const RECONNECT_AT_ONCE_MILLISECONDS = 50;

/** Notifications that replicas send each other through PostgreSQL (LISTEN, NOTIFY). */
export interface Notifications {
  /** Calls back with the payload of each notification of a channel. Must be called before `start`. */
  on(channel: string, listener: (payload: string) => void): void;
  /** Calls back each time a connection starts to listen: earlier notifications may have been missed. */
  onListening(listener: () => void): void;
  start(): void;
  stop(): Promise<void>;
}

/**
 * Listens to the notifications of all replicas. A broken or dead connection is replaced. Notifications that are sent
 * meanwhile are lost, so listeners must not depend on them.
 */
export function createNotifications(databaseUrl: string, log: Log): Notifications {
  const channels = new Map<string, ((payload: string) => void)[]>();
  const listening: (() => void)[] = [];
  let stopped = false;
  let session: Session | undefined;
  let timer: NodeJS.Timeout | undefined;
  let connecting: Promise<void> | undefined;

  async function connect(): Promise<void> {
    try {
      const fresh = await openSession(databaseUrl, { name: 'snews listener', config: { isQuiet: true } });
      session = fresh;
      fresh.on('error', (error) => log.warn({ err: error }, 'notifications:connection-lost'));
      fresh.on('notification', ({ channel, payload }) => {
        for (const listener of channels.get(channel) ?? []) listener(payload ?? '');
      });
      // The first attempt comes at once, to miss as few notifications as possible; further ones after a pause.
      fresh.once('end', () => again(RECONNECT_AT_ONCE_MILLISECONDS));
      for (const channel of channels.keys()) await fresh.query(`LISTEN ${fresh.escapeIdentifier(channel)}`);
      for (const listener of listening) listener();
    } catch (error) {
      log.warn({ err: error }, 'notifications:not-listening');
      session?.cut(error as Error);
      again(RECONNECT_MILLISECONDS);
    }
  }

  function again(milliseconds: number): void {
    if (stopped || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      connecting = connect();
    }, milliseconds);
  }

  return {
    on(channel, listener) {
      channels.set(channel, [...(channels.get(channel) ?? []), listener]);
    },
    onListening: (listener) => void listening.push(listener),
    start() {
      connecting ??= connect();
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await connecting;
      await session?.end();
    },
  };
}
