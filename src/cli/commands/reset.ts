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

/** A long undo continues in the server; its state is polled at this interval. */
const POLL_MILLISECONDS = 1_000;

const HELP = `
Removes all observations from a cache: its sub-groups are removed, its numbers begin at 0 again, and no alert is sent.
Received messages, alerts and events are kept in the database. Requires an admin key and a confirmation.

--undo restores the observations that a reset removed, up to 24 h later: in order of reception, with the alerts that this
causes, and without those that have expired or were retracted since. Without an id it undoes the last reset of the cache
(of the live cache if none is named).

Examples:
  $ snews reset test --reason "before the fire drill"
  $ snews reset live --reason "calibration data got in" --yes
  $ snews reset live --undo
  $ snews reset --undo 9ccdc218-2552-4e33-b023-04308a21bd20 --yes`;

export function addReset(program: Command, context: CommandContext): void {
  const command = program
    .command('reset')
    .description('remove the observations of a cache, or undo a reset')
    .addArgument(new Argument('[cache]', 'the cache').choices(CACHE_NAMES))
    .option('--reason <text>', 'the reason, for the audit log')
    .option('--undo [id]', 'undo this reset, or the last reset of the cache')
    .option('--yes', 'do not ask for confirmation')
    .addHelpText('after', HELP)
    .action(async (cache: CacheName | undefined, options: ResetOptions) => {
      if (options.undo !== undefined) return await undo(context, cache, options.undo, options);
      if (cache === undefined) throw new CliError(`A reset requires the name of a cache: ${CACHE_NAMES.join(', ')}.`);
      const { reason } = options;
      if (reason === undefined) throw new CliError('A reset requires --reason, for the audit log.');
      await reset(context, cache, reason, options);
    });
  withServerOptions(command);
}

async function reset(context: CommandContext, cache: CacheName, reason: string, options: ResetOptions): Promise<void> {
  const { terminal } = context;
  const { url, client } = connect(context, options);
  if (options.yes !== true) {
    await confirm(terminal, 'A reset', `This removes all observations of the ${cache} cache of ${url}.`, cache);
  }
  const done = answered(await client.POST('/v1/admin/reset', { body: { cache, reason } }));
  if (options.json === true) return writeLine(terminal.out, toJson(done));
  writeLine(
    terminal.out,
    `The ${cache} cache is empty: ${done.dropped} observations were removed (version ${done.version}).`,
  );
  writeLine(terminal.out, `To restore them within 24 h: snews reset --undo ${done.id}`);
}

async function undo(
  context: CommandContext,
  cache: CacheName | undefined,
  id: string | true,
  options: ResetOptions,
): Promise<void> {
  const { terminal } = context;
  if (options.reason !== undefined) throw new CliError('--reason applies to a reset, not to --undo.');
  const connection = connect(context, options);
  const known = id === true ? await lastOf(connection, cache ?? 'live') : undefined;
  const named = known?.id ?? String(id);
  if (options.yes !== true) {
    const which = known === undefined ? `the reset ${named}` : `${textOf(known)} (${named})`;
    await confirm(
      terminal,
      'The undo of a reset',
      `This restores what was removed by ${which}, and may send alerts.`,
      'undo',
    );
  }
  const done = await undone(connection, named);
  if (options.json === true) return writeLine(terminal.out, toJson(done));
  const { restored = 0, alerts = 0 } = done.undo ?? {};
  writeLine(
    terminal.out,
    `${restored} of the ${done.dropped} observations that the reset removed are restored in the ${done.cache} cache; alerts raised: ${alerts}.`,
  );
}

async function lastOf({ client }: ServerConnection, cache: CacheName): Promise<Reset> {
  const { items } = answered(await client.GET('/v1/admin/resets', { params: { query: { cache, limit: 1 } } }));
  const [last] = items;
  if (last === undefined) throw new CliError(`The ${cache} cache was never reset: there is nothing to undo.`);
  return last;
}

/** Polls until it is done: a repeated request changes nothing. */
async function undone({ client }: ServerConnection, id: string): Promise<Reset> {
  for (;;) {
    const reset = answered(await client.POST('/v1/admin/resets/{id}/undo', { params: { path: { id } } }));
    if (reset.undo?.done_at !== null) return reset;
    await delay(POLL_MILLISECONDS);
  }
}

function textOf({ cache, time_utc, actor, reason, dropped }: Reset): string {
  return `the reset of the ${cache} cache at ${time_utc} by ${printable(actor)}, “${printable(reason)}”, which removed ${dropped} observations`;
}

async function confirm(terminal: Terminal, what: string, consequence: string, word: string): Promise<void> {
  if (terminal.input.isTTY !== true) {
    throw new CliError(`${what} requires a confirmation, and the input is not a terminal: add --yes.`);
  }
  const typed = await ask(terminal, `${consequence} Type "${word}" to continue: `);
  if (typed !== word)
    throw new CliError(`"${typed}" is not "${word}": nothing was ${word === 'undo' ? 'undone' : 'reset'}.`);
}
