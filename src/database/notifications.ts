import pg from 'pg';

interface Log {
  warn(details: object, message: string): void;
}

const RECONNECT_MILLISECONDS = 1_000;

/**
 * Hears what other replicas commit (LISTEN/NOTIFY). A connection that breaks is made anew; whoever listens must
 * not depend on hearing everything, for what is said meanwhile is lost.
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
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let connecting: Promise<void> = connect();

  async function connect(): Promise<void> {
    const fresh = new pg.Client({ connectionString: databaseUrl, application_name: 'snews listener', keepAlive: true });
    client = fresh;
    fresh.on('error', (error) => log.warn({ err: error }, 'notifications:connection-lost'));
    fresh.on('notification', ({ channel, payload }) => channels[channel]?.(payload ?? ''));
    fresh.once('end', again);
    try {
      await fresh.connect();
      for (const channel of Object.keys(channels)) await fresh.query(`LISTEN ${fresh.escapeIdentifier(channel)}`);
      onListening();
    } catch (error) {
      log.warn({ err: error }, 'notifications:not-listening');
      fresh.removeListener('end', again);
      await fresh.end().catch((failed: Error) => log.warn({ err: failed }, 'notifications:not-closed'));
      again();
    }
  }

  function again(): void {
    if (stopped || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      connecting = connect();
    }, RECONNECT_MILLISECONDS);
  }

  return {
    async stop(): Promise<void> {
      stopped = true;
      clearTimeout(timer);
      await connecting;
      await client?.end();
    },
  };
}
