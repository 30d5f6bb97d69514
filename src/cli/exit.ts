/** The exit codes, which are the same for all commands. */
export const EXIT = {
  /** Success. */
  fine: 0,
  /** The command ran and its result is negative: a message was rejected, something differs. */
  negative: 1,
  /** The command failed: wrong usage, no server, a key without the permission. */
  failed: 2,
  /** Ctrl-C. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES_HELP = `
Exit codes:
  0    success
  1    the command ran and the result is negative (a message was rejected, something differs, the doctor found an error)
  2    the command failed (wrong usage, server or database not reachable, key without the permission)
  130  interrupted with Ctrl-C`;

/** The reason for which a command failed. The message is one line that says what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  constructor(
    message: string,
    readonly exitCode: ExitCode = EXIT.failed,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
