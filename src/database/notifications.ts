import { openSession, type Session } from './session.js';

interface Log {
  warn(details: object, message: string): void;
}

const RECONNECT_MILLISECONDS = 1_000;
/** Where it worked until now. */
const RECONNECT_AT_ONCE_MILLISECONDS = 50;

/**
 * Hears what other replicas commit (LISTEN/NOTIFY). A connection that breaks, or dies without a word, is made anew;
 * whoever listens must not depend on hearing everything, for what is said meanwhile is lost.
 * @param channels what to do with each channel's payloads
 * @param onListening told when it listens (again): what was said before may have been missed
 */
export function listen(
  databaseUrl: string,
  channels: Readonly<Record<string, (payload: string) => void>>,
  onListening: () => void,
  log: Log,
) {
  let stopped = false;
  let session: Session | undefined;
  let timer: NodeJS.Timeout | undefined;
  let connecting: Promise<void> = connect();

  async function connect(): Promise<void> {
    try {
      const fresh = await openSession(databaseUrl, { name: 'snews listener', config: { isQuiet: true } });
      session = fresh;
      fresh.on('error', (error) => log.warn({ err: error }, 'notifications:connection-lost'));
      fresh.on('notification', ({ channel, payload }) => channels[channel]?.(payload ?? ''));
      // What was said meanwhile is missed for as short as can be; only if that fails too, others get time.
      fresh.once('end', () => again(RECONNECT_AT_ONCE_MILLISECONDS));
      for (const channel of Object.keys(channels)) await fresh.query(`LISTEN ${fresh.escapeIdentifier(channel)}`);
      onListening();
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
    async stop(): Promise<void> {
      stopped = true;
      clearTimeout(timer);
      await connecting;
      await session?.end();
    },
  };
}
