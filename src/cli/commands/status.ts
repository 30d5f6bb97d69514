import type { Command } from 'commander';
import type { components } from '../../client/index.js';
import { CACHE_NAMES } from '../../domain/cache-name.js';
import type { CommandContext } from '../context.js';
import { EXIT } from '../exit.js';
import { answered, connect, type ServerOptions, withServerOptions } from '../server.js';
import { paintFor, printable, toJson, writeLine } from '../terminal.js';
import { textTable } from '../text-table.js';

type Status = components['schemas']['Status'];

const HELP = `
The exit code is 0 if the server accepts messages and all of its parts work, 1 if a part does not, 2 if the server does
not answer.

Examples:
  $ snews status
  $ snews status --json | jq .degraded`;

export function addStatus(program: Command, context: CommandContext): void {
  const command = program
    .command('status')
    .description('show whether the server is ready, which parts do not work, and the state of its caches')
    .addHelpText('after', HELP)
    .action(async (options: ServerOptions) => await status(context, options));
  withServerOptions(command);
}

async function status(context: CommandContext, options: ServerOptions): Promise<void> {
  const { terminal, end } = context;
  const { out, env } = terminal;
  const { url, client } = connect(context, options);
  const { degraded } = answered(await client.GET('/readyz'));
  const caches: Status[] = [];
  for (const cache of CACHE_NAMES) {
    caches.push(answered(await client.GET('/v1/status', { params: { query: { cache } } })));
  }
  if (degraded.length > 0) end(EXIT.negative);
  if (options.json === true) return writeLine(out, toJson({ url, ready: true, degraded, caches }));
  const paint = paintFor(out, env);
  writeLine(out, `${url} is ${paint('green', 'ready')}.`);
  for (const part of degraded) writeLine(out, `${paint('yellow', 'not working:')} ${printable(part)}`);
  writeLine(
    out,
    textTable(
      ['', ...CACHE_NAMES],
      FACTS.map(([name, of]) => [name, ...caches.map(of)]),
    ),
  );
}

const FACTS: readonly (readonly [name: string, of: (cache: Status) => string])[] = [
  ['engine', ({ engine, window_seconds }) => `${engine}, ${window_seconds} s`],
  ['version', ({ version }) => String(version)],
  ['last change (UTC)', ({ as_of }) => as_of],
  ['last observation (UTC)', ({ last_observation_at }) => last_observation_at ?? 'none'],
  ['last alert', ({ last_sequence }) => String(last_sequence)],
  ['alerts pending', ({ undelivered_alerts }) => String(undelivered_alerts)],
  ['deliveries failed', ({ failed_deliveries }) => String(failed_deliveries)],
  [
    'Kafka',
    ({ kafka }) =>
      kafka === null ? 'not used' : `${kafka.working ? 'works' : 'not reachable'}, lag ${kafka.lag ?? '?'}`,
  ],
];
