import type { Logger } from 'pino';
import type { Config } from '../config/config.js';
import type { Shutdown } from './shutdown.js';

/** What every part of the service is started with. */
export interface Starting {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly log: Logger;
  /** Aborts the start. */
  readonly signal: AbortSignal | undefined;
  /** Each part says how it is stopped as soon as it is there. */
  readonly shutdown: Shutdown;
  /** Waits for some work, or rejects at once if the start is aborted. */
  unlessAborted<T>(work: Promise<T>): Promise<T>;
}
