import type { Command } from 'commander';
import type { CommandContext } from '../context.js';
import { allItems } from '../pages.js';
import { connect, type ServerOptions, withServerOptions } from '../server.js';
import { printable, toJson, writeLine } from '../terminal.js';
import { textTable } from '../text-table.js';
import { limitOption } from './options.js';

interface ActsOptions extends ServerOptions {
  readonly limit: number;
}

const DETAIL_WIDTH = 70;

const HELP = `
Who reset a cache, muted a detector, made or revoked a key, …, and when and why. Asks for an admin key.

Examples:
  $ snews acts --limit 20
  $ snews acts --json | jq '.[] | select(.act == "cache:reset")'`;

export function addActs(program: Command, context: CommandContext): void {
  const command = program
    .command('acts')
    .description('what administrators did, the newest first')
    .addOption(limitOption())
    .addHelpText('after', HELP)
    .action(async (options: ActsOptions) => await list(context, options));
  withServerOptions(command);
}

async function list(context: CommandContext, options: ActsOptions): Promise<void> {
  const { out } = context.terminal;
  const { client } = connect(context, options);
  const acts = await allItems((page) => client.GET('/v1/admin/acts', { params: { query: page } }), options.limit);
  if (options.json === true) return writeLine(out, toJson(acts));
  if (acts.length === 0) return writeLine(out, 'No administrator has done anything yet.');
  const rows = acts.map(({ id, time_utc, actor, act, detail }) => [
    String(id),
    time_utc,
    printable(actor),
    act,
    printable(toJson(detail)),
  ]);
  writeLine(out, textTable(['id', 'time (UTC)', 'by', 'act', 'detail'], rows, [null, null, null, null, DETAIL_WIDTH]));
}
