import type { Logger } from 'pino';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * npm hands a signal on to what it started. One that went to both of them (Ctrl-C in a terminal does) comes twice, and
 * was sent once.
 */
const ECHO_MILLISECONDS = 1_000;

export interface EndingsOptions {
  readonly log: Logger;
  readonly environment: NodeJS.ProcessEnv;
  /** Sees to it that nothing which this process started outlives it. */
  leaveNothing(haste: 'gently' | 'at once'): Promise<void>;
}

/** How a process comes to its end. */
export interface Endings {
  /** Somebody asked for a stop. */
  readonly asked: AbortSignal;
  /** From now on the process may end as it likes. */
  release(): void;
}

/**
 * Watches for all that may end the process. The first SIGINT, SIGTERM or SIGHUP asks for a stop; the second one ends it
 * at once. An error that nobody caught, and an event loop that has nothing left to do, end it too, after they were
 * logged. Whatever ends it unasked (also `process.exit` in a library) leaves an exit code that isn't 0.
 */
export function watchEndings({ log, environment, leaveNothing }: EndingsOptions): Endings {
  const asked = new AbortController();
  let askedAt = 0;
  let isLeaving = false;
  let isReleased = false;

  function leave(haste: 'gently' | 'at once'): void {
    if (isLeaving && haste === 'gently') return;
    isLeaving = true;
    void leaveNothing(haste)
      .catch((error: unknown) => log.error({ err: error }, 'service:not-left-clean'))
      .finally(() => process.exit(1));
  }

  function onSignal(signal: NodeJS.Signals): void {
    const now = performance.now();
    if (!asked.signal.aborted) {
      askedAt = now;
      log.info({ signal }, 'service:stopping');
      asked.abort(new Error(`stopped by ${signal}`));
      return;
    }
    if (environment['npm_lifecycle_event'] !== undefined && now - askedAt < ECHO_MILLISECONDS) return;
    log.error({ signal }, 'service:stop-cut-off');
    leave('at once');
  }

  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('uncaughtException', (error, origin) => {
    log.fatal({ err: error, origin }, 'service:broken');
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    leave('gently');
  });
  process.on('beforeExit', () => {
    if (isReleased) return;
    log.fatal({}, 'service:nothing-left-to-do');
    leave('gently');
  });
  process.on('exit', () => {
    if (!isReleased) process.exitCode ||= 1;
  });
  return {
    asked: asked.signal,
    release() {
      isReleased = true;
    },
  };
}
