import type { Logger } from 'pino';
import { createFirstKeys, type FirstKeys } from '../administration/keys/first-keys.js';
import type { Config } from '../config/config.js';
import { unlessAborted } from '../database/aborting.js';
import { startBackground } from './background.js';
import { startFoundations } from './foundations.js';
import { startInputs } from './inputs.js';
import { startOutputs } from './outputs.js';
import { createShutdown } from './shutdown.js';
import type { Starting } from './starting.js';

/** How long what a start has opened may take to close when the start is aborted. */
const CALLED_OFF_MILLISECONDS = 1_000;

export interface Service {
  /** Where it listens, like `http://127.0.0.1:8080`. */
  readonly url: string;
  /** The keys that were made because there were none; they are known now, and never again. */
  readonly firstKeys: FirstKeys;
  /**
   * Settles what is under way, refuses what is new, closes streams and connections: every part, whatever the others do.
   * @returns the parts that did not stop in time, or failed to
   */
  stop(): Promise<readonly string[]>;
}

/**
 * Starts the service. An observation comes in over HTTP or Kafka (inputs) and becomes a command of a cache (foundations),
 * which stores in one transaction what the command changes and the alerts that it causes. Outputs are told that alerts
 * wait, read them from the database and send them. Upkeep and watches go on beside it (background).
 * @param signal calls the start off: what was opened is closed, and whatever hangs is left
 * @throws UnsafeDatabase, UnsuitablePooler, MigrationsLocked, CacheMismatch, DatabaseInUse: the message says what to change
 */
export async function startService(
  config: Config,
  databaseUrl: string,
  log: Logger,
  signal?: AbortSignal,
): Promise<Service> {
  const shutdown = createShutdown(log);
  const starting: Starting = {
    config,
    databaseUrl,
    log,
    signal,
    shutdown,
    unlessAborted: (work) => unlessAborted(work, signal),
  };
  try {
    const foundations = await startFoundations(starting);
    const outputs = await startOutputs(starting, foundations);
    const background = startBackground(starting, foundations, outputs);
    const url = await startInputs(starting, foundations, outputs, background);
    const firstKeys = await starting.unlessAborted(createFirstKeys(foundations.prisma, config, log));
    return { url, firstKeys, stop: () => shutdown.run() };
  } catch (error) {
    await shutdown.run(signal?.aborted ? CALLED_OFF_MILLISECONDS : undefined);
    throw error;
  }
}
