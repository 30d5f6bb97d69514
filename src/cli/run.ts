import { CommanderError } from 'commander';
import { CliError, EXIT, type ExitCode } from './exit.js';
import { explain, type Whereabouts } from './explain.js';
import { buildProgram } from './program.js';
import { paintFor, printable, type Terminal, writeLine } from './terminal.js';

/**
 * Runs one command.
 * @param args as after the program's name
 * @returns its exit code
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.fine;
  let whereabouts: Whereabouts = {};
  const program = buildProgram({
    terminal,
    end: (code) => {
      exitCode = code;
    },
    worksWith: (url, hasKey) => {
      whereabouts = { url, hasKey };
    },
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has already printed the help, the version, or what is wrong with the arguments.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.failed;
    const paint = paintFor(terminal.err, terminal.env);
    writeLine(
      terminal.err,
      `${paint('red', 'snews:')} ${explain(error, whereabouts).split('\n').map(printable).join('\n')}`,
    );
    if ((terminal.env['DEBUG'] ?? '') !== '') writeLine(terminal.err, stackOf(error));
    return error instanceof CliError ? error.exitCode : EXIT.failed;
  }
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\nCaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
