/** What a command's end means to whoever ran it: the same for all commands. */
export const EXIT = {
  /** All went well. */
  fine: 0,
  /** It was done, and the answer is no: a message was refused, something differs. */
  negative: 1,
  /** It could not be done: wrong usage, no server, a key that isn't for this. */
  failed: 2,
  /** Ctrl-C. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES_HELP = `
Exit codes:
  0    all went well
  1    it was done, and the answer is no (a message was refused, something differs, a set-up has a fault)
  2    it could not be done (wrong usage, server or database not reachable, key not for this)
  130  interrupted with Ctrl-C`;

/** Why a command could not do what it was asked for; the message is one line that says what to do. */
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
