import { Argument, type Command } from 'commander';
import { CACHE_NAMES, type CacheName } from '../../domain/cache-name.js';
import type { CommandContext } from '../context.js';
import { CliError } from '../exit.js';
import { answered, connectTo, type ServerOptions, withServerOptions } from '../server.js';
import { ask, type Terminal, toJson, writeLine } from '../terminal.js';

interface ResetOptions extends ServerOptions {
  readonly reason: string;
  readonly yes?: boolean;
}

const HELP = `
Forgets all observations of a cache: its tables are empty, its numbers begin at 0 again, no alert is sent. What was
received stays in the record, and so do alerts and events. Asks for an admin key, and to be confirmed.

Examples:
  $ snews reset test --reason "before the fire drill"
  $ snews reset live --reason "calibration data got in" --yes`;

export function addReset(program: Command, context: CommandContext): void {
  const command = program
    .command('reset')
    .description('forget the observations of a cache')
    .addArgument(new Argument('<cache>', 'which cache').choices(CACHE_NAMES))
    .requiredOption('--reason <text>', 'why, for the record')
    .option('--yes', 'do not ask')
    .addHelpText('after', HELP)
    .action(async (cache: CacheName, options: ResetOptions) => {
      await reset(context, cache, options);
    });
  withServerOptions(command);
}

async function reset({ terminal, worksWith }: CommandContext, cache: CacheName, options: ResetOptions): Promise<void> {
  const { url, key, client } = connectTo(options);
  worksWith(url, key !== undefined);
  if (options.yes !== true) await confirm(terminal, cache, url);
  const done = answered(await client.POST('/v1/admin/reset', { body: { cache, reason: options.reason } }));
  if (options.json === true) return writeLine(terminal.out, toJson(done));
  writeLine(
    terminal.out,
    `The ${cache} cache is empty: ${done.dropped} observations were dropped (version ${done.version}).`,
  );
}

async function confirm(terminal: Terminal, cache: CacheName, url: string): Promise<void> {
  if (terminal.input.isTTY !== true) {
    throw new CliError('A reset asks to be confirmed, and there is nobody to ask: add --yes.');
  }
  const typed = await ask(
    terminal,
    `This drops all observations of the ${cache} cache of ${url}. Type "${cache}" to go on: `,
  );
  if (typed !== cache) throw new CliError(`"${typed}" is not "${cache}": nothing was reset.`);
}
