import type { Logger } from 'pino';
import { createFirstKeys, type FirstKeys } from '../administration/keys/first-keys.js';
import type { Config } from '../config/config.js';
import { unlessAborted } from '../database/aborting.js';
import { startBackground } from './background.js';
import { startFoundations } from './foundations.js';
import { startInputs } from './inputs.js';
import { startOutputs } from './outputs.js';
import { createShutdown } from './shutdown.js';
import type { StartContext } from './start-context.js';

/** Time limit for closing what an aborted start has opened. */
const ABORT_MILLISECONDS = 1_000;

export interface Service {
  /** Base URL of the HTTP server, like `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Keys that this start created. Only their hashes are stored, so they cannot be shown again. */
  readonly firstKeys: FirstKeys;
  /**
   * Rejects new commands, finishes those in progress, closes streams and connections. Stops every part, even if others
   * fail to stop.
   * @returns the names of the parts that failed or did not stop in time
   */
  stop(): Promise<readonly string[]>;
}

/**
 * Starts the service. A message passes through it as follows:
 *
 * 1. An input (`inputs.ts`: HTTP server or Kafka reader) parses the message into a command (`domain/commands.ts`).
 * 2. The cache service (created in `foundations.ts`) executes the command. One transaction stores the message, the
 *    changes to sub-groups, and the alerts that the change causes. The sender gets its answer after the commit.
 * 3. After the commit, the outputs (`outputs.ts`: SSE streams, Kafka, people) are notified and send the pending alerts:
 *    in this replica directly, in the others through PostgreSQL's NOTIFY (`alert-notifications.ts`).
 *
 * Background tasks (`background.ts`) do not depend on messages: expiry and retention, warnings about late detectors, the
 * canary, the shadow engine. Inputs start last, so that everything a message needs is running when it arrives.
 * @param signal aborts the start: what it opened is closed within 1 s, what does not close in time is abandoned
 * @throws UnsafeDatabase, UnsuitablePooler, MigrationsLocked, CacheMismatch, DatabaseInUse: the message says what to change
 */
export async function startService(
  config: Config,
  databaseUrl: string,
  log: Logger,
  signal?: AbortSignal,
): Promise<Service> {
  const shutdown = createShutdown(log);
  const context: StartContext = {
    config,
    databaseUrl,
    log,
    signal,
    shutdown,
    unlessAborted: (work) => unlessAborted(work, signal),
  };
  try {
    const foundations = await startFoundations(context);
    const outputs = await startOutputs(context, foundations);
    const background = startBackground(context, foundations, outputs);
    const url = await startInputs(context, foundations, outputs, background);
    const firstKeys = await context.unlessAborted(createFirstKeys(foundations.prisma, config, log));
    return { url, firstKeys, stop: () => shutdown.run() };
  } catch (error) {
    await shutdown.run(signal?.aborted ? ABORT_MILLISECONDS : undefined);
    throw error;
  }
}
