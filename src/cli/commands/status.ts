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
  for (const part of degraded) writeLine(out, `${paint('yellow', 'does not work:')} ${printable(part)}`);
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
  ['tables changed (UTC)', ({ as_of }) => as_of],
  ['last observation (UTC)', ({ last_observation_at }) => last_observation_at ?? 'none'],
  ['last alert', ({ last_sequence }) => String(last_sequence)],
  ['alerts not delivered yet', ({ undelivered_alerts }) => String(undelivered_alerts)],
  ['deliveries given up', ({ failed_deliveries }) => String(failed_deliveries)],
  [
    'Kafka',
    ({ kafka }) => (kafka === null ? 'not used' : `${kafka.working ? 'works' : 'away'}, lag ${kafka.lag ?? '?'}`),
  ],
];
