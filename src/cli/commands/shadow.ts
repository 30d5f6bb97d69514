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
Compares the shadow engine (SHADOW_ENGINE) with the main engine, which raises the alerts. Requires a reader key, unless
reads are public. Two alerts are equal if they have the same type, detectors, neutrino times and p-values. Numbers of
sub-groups are not compared.

Examples:
  $ snews shadow
  $ snews shadow --differences --cache live --limit 20
  $ snews shadow --json`;

export function addShadow(program: Command, context: CommandContext): void {
  withServerOptions(
    program
      .command('shadow')
      .description('compare the shadow engine with the main engine')
      .option('--differences', 'list the commands whose alerts differ, the newest first')
      .addOption(new Option('--cache <cache>', 'only this cache').choices(CACHE_NAMES))
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
  if (found.engine === null) return writeLine(terminal.out, 'There is no shadow engine: SHADOW_ENGINE is not set.');
  if (caches.length === 0)
    return writeLine(terminal.out, `The shadow engine ${found.engine} has not compared anything yet.`);
  const head = ['', ...caches.map(({ cache }) => cache)];
  const rows = FACTS.map(([name, of]) => [name, ...caches.map((cache) => of(cache))]);
  writeLine(terminal.out, `shadow engine ${found.engine}\n${textTable(head, rows)}`);
}

const FACTS: readonly (readonly [name: string, of: (cache: ShadowCache) => string])[] = [
  ['main engine', ({ main_engine }) => main_engine],
  ['commands compared', ({ compared }) => String(compared)],
  ['commands pending', ({ lag }) => String(lag)],
  ['equal alerts of both engines', ({ equal_alerts }) => String(equal_alerts)],
  ['alerts of the main engine', ({ main_alerts }) => String(main_alerts)],
  ['alerts of the shadow engine', ({ shadow_alerts }) => String(shadow_alerts)],
  ['differences: main engine only', ({ differences }) => String(differences['main-only'])],
  ['… shadow engine only', ({ differences }) => String(differences['shadow-only'])],
  ['… other type', ({ differences }) => String(differences['other-type'])],
  ['… other observations', ({ differences }) => String(differences['other-rows'])],
  ['errors of the shadow engine', ({ differences }) => String(differences.fault)],
  ['last error', ({ last_fault }) => printable(last_fault ?? '')],
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
  const head = ['command', 'message', 'difference', 'main engine', 'shadow engine'];
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
