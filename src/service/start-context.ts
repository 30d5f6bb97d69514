import type { Logger } from 'pino';
import type { Config } from '../config/config.js';
import type { Shutdown } from './shutdown.js';

/** What every step of the start receives. */
export interface StartContext {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly log: Logger;
  /** Aborts the start. */
  readonly signal: AbortSignal | undefined;
  /** Each part registers here how it is stopped, as soon as it exists. */
  readonly shutdown: Shutdown;
  /** Settles as `work` does, or rejects at once if the start is aborted. */
  unlessAborted<T>(work: Promise<T>): Promise<T>;
}
