import type { Logger } from 'pino';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * npm forwards signals to the process that it started. A signal sent to both, as Ctrl-C in a terminal does, arrives
 * twice; under npm, a repetition within this time is ignored.
 */
const NPM_REPEAT_MILLISECONDS = 1_000;

type Urgency = 'gently' | 'at once';

export interface TerminationOptions {
  readonly log: Logger;
  readonly environment: NodeJS.ProcessEnv;
  /** Stops the child processes of this process. */
  cleanUp(urgency: Urgency): Promise<void>;
}

export interface Termination {
  /** Aborted when a signal requests a stop. */
  readonly requested: AbortSignal;
  /** Call when the service has stopped: from then on an exit is expected and does not change the exit code. */
  release(): void;
}

/**
 * Handles everything that may end the process. The first SIGINT, SIGTERM or SIGHUP requests a stop; the second one ends
 * the process at once. An uncaught error, and an event loop without work, are logged and end the process too. If it
 * ends before `release`, also by `process.exit` in a library, the exit code is not 0.
 */
export function handleTermination({ log, environment, cleanUp }: TerminationOptions): Termination {
  const requested = new AbortController();
  let requestedAt = 0;
  let isExiting = false;
  let isReleased = false;

  function exit(urgency: Urgency): void {
    if (isExiting && urgency === 'gently') return;
    isExiting = true;
    void cleanUp(urgency)
      .catch((error: unknown) => log.error({ err: error }, 'service:cleanup-failed'))
      .finally(() => process.exit(1));
  }

  function onSignal(signal: NodeJS.Signals): void {
    const now = performance.now();
    if (!requested.signal.aborted) {
      requestedAt = now;
      log.info({ signal }, 'service:stopping');
      requested.abort(new Error(`stopped by ${signal}`));
      return;
    }
    if (environment['npm_lifecycle_event'] !== undefined && now - requestedAt < NPM_REPEAT_MILLISECONDS) return;
    log.error({ signal }, 'service:stop-aborted');
    exit('at once');
  }

  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('uncaughtException', (error, origin) => {
    log.fatal({ err: error, origin }, 'service:failed');
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    exit('gently');
  });
  process.on('beforeExit', () => {
    if (isReleased) return;
    log.fatal({}, 'service:event-loop-empty');
    exit('gently');
  });
  process.on('exit', () => {
    if (!isReleased) process.exitCode ||= 1;
  });
  return {
    requested: requested.signal,
    release() {
      isReleased = true;
    },
  };
}
