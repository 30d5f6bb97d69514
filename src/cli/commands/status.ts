import type { Command } from 'commander';
import { CACHE_NAMES } from '../../domain/cache-name.js';
import type { CommandContext } from '../context.js';
import { EXIT } from '../exit.js';
import { answered, type Connection, connect, type ServerOptions, withServerOptions } from '../server.js';
import { paintFor, printable, toJson, writeLine } from '../terminal.js';
import { textTable } from '../text-table.js';

const HELP = `
Ends with 0 if the server takes messages and all of it works, with 1 if something does not, with 2 if it does not answer.

Examples:
  $ snews status
  $ snews status --json | jq .degraded`;

export function addStatus(program: Command, context: CommandContext): void {
  const command = program
    .command('status')
    .description('is the server ready, what does not work, how do its caches stand')
    .addHelpText('after', HELP)
    .action(async (options: ServerOptions) => await status(context, options));
  withServerOptions(command);
}

async function status(context: CommandContext, options: ServerOptions): Promise<void> {
  const { terminal, end } = context;
  const { out, env } = terminal;
  const server = connect(context, options);
  const { degraded } = answered(await server.client.GET('/readyz'));
  const caches = await Promise.all(CACHE_NAMES.map((cache) => cacheStatus(server, cache)));
  if (degraded.length > 0) end(EXIT.negative);
  if (options.json === true) return writeLine(out, toJson({ url: server.url, ready: true, degraded, caches }));
  const paint = paintFor(out, env);
  writeLine(out, `${server.url} is ${paint('green', 'ready')}.`);
  for (const part of degraded) writeLine(out, `${paint('yellow', 'does not work:')} ${printable(part)}`);
  const rows = caches.map(({ cache, engine, version, as_of, sub_groups, last_sequence }) => [
    cache,
    engine,
    String(version),
    as_of,
    String(sub_groups),
    String(last_sequence),
  ]);
  writeLine(out, textTable(['cache', 'engine', 'version', 'changed (UTC)', 'sub-groups', 'last alert'], rows));
}

async function cacheStatus({ client }: Connection, cache: (typeof CACHE_NAMES)[number]) {
  const view = answered(await client.GET('/v1/coincidences', { params: { query: { cache } } }));
  const newest = answered(await client.GET('/v1/alerts', { params: { query: { cache, order: 'desc', limit: 1 } } }));
  const { engine, version, as_of, sub_groups } = view;
  const last_sequence = newest.items[0]?.sequence ?? 0;
  return { cache, engine, version, as_of, sub_groups: sub_groups.length, last_sequence };
}
