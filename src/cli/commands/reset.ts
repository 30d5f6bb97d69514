import { setTimeout as delay } from 'node:timers/promises';
import { Argument, type Command } from 'commander';
import type { components } from '../../client/index.js';
import { CACHE_NAMES, type CacheName } from '../../domain/cache-name.js';
import type { CommandContext } from '../context.js';
import { CliError } from '../exit.js';
import { answered, connect, type ServerConnection, type ServerOptions, withServerOptions } from '../server.js';
import { ask, printable, type Terminal, toJson, writeLine } from '../terminal.js';

interface ResetOptions extends ServerOptions {
  readonly reason?: string;
  readonly undo?: string | true;
  readonly yes?: boolean;
}

type Reset = components['schemas']['Reset'];

/** What is not done at once goes on in the server, and is asked for this often. */
const POLL_MILLISECONDS = 1_000;

const HELP = `
Forgets all observations of a cache: its tables are empty, its numbers begin at 0 again, no alert is sent. What was
received stays in the record, and so do alerts and events. Asks for an admin key, and to be confirmed.

--undo brings back what a reset dropped, within 24 h of it: in order of reception, with the alerts that this causes, and
without what has expired or was retracted since. Without an id it is the last reset of the cache (live, if none is named).

Examples:
  $ snews reset test --reason "before the fire drill"
  $ snews reset live --reason "calibration data got in" --yes
  $ snews reset live --undo
  $ snews reset --undo 9ccdc218-2552-4e33-b023-04308a21bd20 --yes`;

export function addReset(program: Command, context: CommandContext): void {
  const command = program
    .command('reset')
    .description('forget the observations of a cache, or undo that')
    .addArgument(new Argument('[cache]', 'which cache').choices(CACHE_NAMES))
    .option('--reason <text>', 'why, for the record')
    .option('--undo [id]', 'bring back what this reset dropped, or the last one of the cache')
    .option('--yes', 'do not ask')
    .addHelpText('after', HELP)
    .action(async (cache: CacheName | undefined, options: ResetOptions) => {
      if (options.undo !== undefined) return await undo(context, cache, options.undo, options);
      if (cache === undefined) throw new CliError(`Which cache is to be reset? One of ${CACHE_NAMES.join(', ')}.`);
      const { reason } = options;
      if (reason === undefined) throw new CliError('Why? A reset asks for --reason, for the record.');
      await reset(context, cache, reason, options);
    });
  withServerOptions(command);
}

async function reset(context: CommandContext, cache: CacheName, reason: string, options: ResetOptions): Promise<void> {
  const { terminal } = context;
  const { url, client } = connect(context, options);
  if (options.yes !== true) {
    await confirm(terminal, 'A reset', `This drops all observations of the ${cache} cache of ${url}.`, cache);
  }
  const done = answered(await client.POST('/v1/admin/reset', { body: { cache, reason } }));
  if (options.json === true) return writeLine(terminal.out, toJson(done));
  writeLine(
    terminal.out,
    `The ${cache} cache is empty: ${done.dropped} observations were dropped (version ${done.version}).`,
  );
  writeLine(terminal.out, `Within 24 h this brings them back: snews reset --undo ${done.id}`);
}

async function undo(
  context: CommandContext,
  cache: CacheName | undefined,
  id: string | true,
  options: ResetOptions,
): Promise<void> {
  const { terminal } = context;
  if (options.reason !== undefined) throw new CliError('--reason is for a reset: to undo one asks for none.');
  const connection = connect(context, options);
  const known = id === true ? await lastOf(connection, cache ?? 'live') : undefined;
  const named = known?.id ?? String(id);
  if (options.yes !== true) {
    const which = known === undefined ? `the reset ${named}` : `${textOf(known)} (${named})`;
    await confirm(
      terminal,
      'To undo a reset',
      `This brings back what was dropped by ${which}, and may send alerts.`,
      'undo',
    );
  }
  const done = await undone(connection, named);
  if (options.json === true) return writeLine(terminal.out, toJson(done));
  const { restored = 0, alerts = 0 } = done.undo ?? {};
  writeLine(
    terminal.out,
    `${restored} of the ${done.dropped} observations that the reset dropped are back in the ${done.cache} cache; alerts caused: ${alerts}.`,
  );
}

async function lastOf({ client }: ServerConnection, cache: CacheName): Promise<Reset> {
  const { items } = answered(await client.GET('/v1/admin/resets', { params: { query: { cache, limit: 1 } } }));
  const [last] = items;
  if (last === undefined) throw new CliError(`The ${cache} cache was never reset: there is nothing to undo.`);
  return last;
}

/** Asks until it is done: to ask again changes nothing. */
async function undone({ client }: ServerConnection, id: string): Promise<Reset> {
  for (;;) {
    const reset = answered(await client.POST('/v1/admin/resets/{id}/undo', { params: { path: { id } } }));
    if (reset.undo?.done_at !== null) return reset;
    await delay(POLL_MILLISECONDS);
  }
}

function textOf({ cache, time_utc, actor, reason, dropped }: Reset): string {
  return `the reset of the ${cache} cache at ${time_utc} by ${printable(actor)}, “${printable(reason)}”, which dropped ${dropped} observations`;
}

async function confirm(terminal: Terminal, what: string, consequence: string, word: string): Promise<void> {
  if (terminal.input.isTTY !== true) {
    throw new CliError(`${what} asks to be confirmed, and there is nobody to ask: add --yes.`);
  }
  const typed = await ask(terminal, `${consequence} Type "${word}" to go on: `);
  if (typed !== word)
    throw new CliError(`"${typed}" is not "${word}": nothing was ${word === 'undo' ? 'undone' : 'reset'}.`);
}
