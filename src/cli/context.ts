import type { ExitCode } from './exit.js';
import type { Terminal } from './terminal.js';

/** What a command needs: its terminal, and a way to set the exit code. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Sets the exit code of a command that ran to its end. */
  end(code: ExitCode): void;
  /** Names the server in explanations of errors. */
  worksWith(url: string, hasKey: boolean): void;
}
