import type { Command } from 'commander';
import type { CommandContext } from '../context.js';
import { allItems } from '../pages.js';
import { connect, type ServerOptions, withServerOptions } from '../server.js';
import { printable, toJson, writeLine } from '../terminal.js';
import { textTable } from '../text-table.js';
import { limitOption } from './options.js';

interface AuditLogOptions extends ServerOptions {
  readonly limit: number;
}

const DETAIL_WIDTH = 70;

const HELP = `
Each entry says who did it and when: a reset, a muted detector, a key made or revoked, and so on, with the reason if
one was given. Requires an admin key.

Examples:
  $ snews audit-log --limit 20
  $ snews audit-log --json | jq '.[] | select(.act == "cache:reset")'`;

export function addAuditLog(program: Command, context: CommandContext): void {
  const command = program
    .command('audit-log')
    .alias('acts')
    .description('list the actions of administrators, the newest first')
    .addOption(limitOption())
    .addHelpText('after', HELP)
    .action(async (options: AuditLogOptions) => await list(context, options));
  withServerOptions(command);
}

async function list(context: CommandContext, options: AuditLogOptions): Promise<void> {
  const { out } = context.terminal;
  const { client } = connect(context, options);
  const entries = await allItems((page) => client.GET('/v1/admin/acts', { params: { query: page } }), options.limit);
  if (options.json === true) return writeLine(out, toJson(entries));
  if (entries.length === 0) return writeLine(out, 'The audit log is empty.');
  const rows = entries.map(({ id, time_utc, actor, act, detail }) => [
    String(id),
    time_utc,
    printable(actor),
    act,
    printable(toJson(detail)),
  ]);
  writeLine(
    out,
    textTable(['id', 'time (UTC)', 'by', 'action', 'detail'], rows, [null, null, null, null, DETAIL_WIDTH]),
  );
}
