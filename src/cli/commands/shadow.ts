import { type Command, Option } from 'commander';
import type { components } from '../../client/index.js';
import { CACHE_NAMES } from '../../domain/cache-name.js';
import type { CommandContext } from '../context.js';
import { allItems } from '../pages.js';
import { answered, connect, type ServerConnection, type ServerOptions, withServerOptions } from '../server.js';
import { printable, toJson, writeLine } from '../terminal.js';
import { textTable } from '../text-table.js';
import { limitOption } from './options.js';

type Shadow = components['schemas']['Shadow'];
type ShadowCache = components['schemas']['ShadowCache'];
type Difference = components['schemas']['ShadowDifference'];
type ShadowAlert = components['schemas']['ShadowAlert'];

interface ShadowOptions extends ServerOptions {
  readonly differences?: true;
  readonly cache?: Difference['cache'];
  readonly limit: number;
}

const ALERTS_WIDTH = 36;

const HELP = `
How the engine that goes along (SHADOW_ENGINE) compares with the one that alerts. Asks for a reader key, unless reads are
public. Two alerts are equal if they have the same type, detectors, neutrino times and p-values; numbers don't count.

Examples:
  $ snews shadow
  $ snews shadow --differences --cache live --limit 20
  $ snews shadow --json`;

export function addShadow(program: Command, context: CommandContext): void {
  withServerOptions(
    program
      .command('shadow')
      .description('how another engine beside the main one compares')
      .option('--differences', 'where the alerts differ, the newest first')
      .addOption(new Option('--cache <cache>', 'only that of a cache').choices(CACHE_NAMES))
      .addOption(limitOption())
      .addHelpText('after', HELP)
      .action(async (options: ShadowOptions) => {
        const server = connect(context, options);
        await (options.differences === true ? list(context, server, options) : summarize(context, server, options));
      }),
  );
}

async function summarize(
  { terminal }: CommandContext,
  { client }: ServerConnection,
  options: ShadowOptions,
): Promise<void> {
  const found: Shadow = answered(await client.GET('/v1/shadow'));
  const caches = found.caches.filter(({ cache }) => options.cache === undefined || cache === options.cache);
  if (options.json === true) return writeLine(terminal.out, toJson({ ...found, caches }));
  if (found.engine === null)
    return writeLine(terminal.out, 'No other engine goes along: the server has no SHADOW_ENGINE.');
  if (caches.length === 0) return writeLine(terminal.out, `The engine ${found.engine} has not compared anything yet.`);
  const head = ['', ...caches.map(({ cache }) => cache)];
  const rows = FACTS.map(([name, of]) => [name, ...caches.map((cache) => of(cache))]);
  writeLine(terminal.out, `shadow engine ${found.engine}\n${textTable(head, rows)}`);
}

const FACTS: readonly (readonly [name: string, of: (cache: ShadowCache) => string])[] = [
  ['main engine', ({ main_engine }) => main_engine],
  ['commands compared', ({ compared }) => String(compared)],
  ['commands waiting', ({ lag }) => String(lag)],
  ['alerts of both', ({ equal_alerts }) => String(equal_alerts)],
  ['alerts sent', ({ main_alerts }) => String(main_alerts)],
  ['alerts of the shadow', ({ shadow_alerts }) => String(shadow_alerts)],
  ['commands with alerts sent only', ({ differences }) => String(differences['main-only'])],
  ['… of the shadow only', ({ differences }) => String(differences['shadow-only'])],
  ['… of another type', ({ differences }) => String(differences['other-type'])],
  ['… of other tables', ({ differences }) => String(differences['other-rows'])],
  ['faults', ({ differences }) => String(differences.fault)],
  ['last fault', ({ last_fault }) => printable(last_fault ?? '')],
];

async function list({ terminal }: CommandContext, server: ServerConnection, options: ShadowOptions): Promise<void> {
  const found = await newest(server, options);
  if (options.json === true) return writeLine(terminal.out, toJson(found));
  if (found.length === 0) return writeLine(terminal.out, 'There are no differences.');
  const rows = found.map((difference) => [
    `${difference.cache} ${difference.command}`,
    `${printable(difference.message_kind)} ${printable(difference.detector_name ?? '')}\n${difference.received_time_utc}\n${difference.message_uuid}`,
    difference.kind,
    alertsText(difference.main_alerts),
    difference.fault === null ? alertsText(difference.shadow_alerts) : printable(difference.fault),
  ]);
  const head = ['command', 'message', 'differs', 'sent', 'of the shadow'];
  writeLine(terminal.out, textTable(head, rows, [null, null, null, ALERTS_WIDTH, ALERTS_WIDTH]));
}

function alertsText(alerts: readonly ShadowAlert[]): string {
  return alerts
    .map(({ alert_type, detector_names }) => `${alert_type}: ${detector_names.map(printable).join(', ')}`)
    .join('\n');
}

async function newest({ client }: ServerConnection, { cache, limit }: ShadowOptions): Promise<Difference[]> {
  const filter = cache === undefined ? {} : { cache };
  return await allItems(
    (page) => client.GET('/v1/shadow/differences', { params: { query: { ...filter, ...page } } }),
    limit,
  );
}
