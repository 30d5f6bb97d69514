import { openSession, type Session } from './session.js';

interface Log {
  warn(details: object, message: string): void;
}

const RECONNECT_MILLISECONDS = 1_000;
/** Where it worked until now. */
const RECONNECT_AT_ONCE_MILLISECONDS = 50;

/** What replicas tell each other through PostgreSQL (LISTEN, NOTIFY). */
export interface Notifications {
  /** Calls back with the payload of each notification of a channel. To be asked for before `start`. */
  on(channel: string, listener: (payload: string) => void): void;
  /** Calls back when it listens, at first and again: what was said before may have been missed. */
  onListening(listener: () => void): void;
  start(): void;
  stop(): Promise<void>;
}

/**
 * Hears what other replicas commit. A connection that breaks, or dies without a word, is made anew; whoever listens must
 * not depend on hearing everything, for what is said meanwhile is lost.
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
      // What was said meanwhile is missed for as short as can be; only if that fails too, others get time.
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
