import type { ExitCode } from './exit.js';
import type { Terminal } from './terminal.js';

/** What a command works with: where it reads and writes, and how it ends. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Settles the exit code of a command that does its work and has an answer. */
  end(code: ExitCode): void;
  /** What an error's explanation should say of the server. */
  worksWith(url: string, hasKey: boolean): void;
}
