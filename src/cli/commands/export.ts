import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import type { CacheName } from '../../client/index.js';
import { parseUtc, TimeError } from '../../domain/time.js';
import type { CommandContext } from '../context.js';
import { CliError, EXIT } from '../exit.js';
import { explain } from '../explain.js';
import { toFile, toStream } from '../export/destination.js';
import { type ExportPortion, FORMATS, type Format, portionsOf } from '../export/portions.js';
import { itemsOf } from '../pages.js';
import type { CliPatienceOptions } from '../patience.js';
import { createProgress } from '../progress.js';
import { connect, type ServerConnection, type ServerOptions, withServerOptions } from '../server.js';
import { printable, toJson, writeLine } from '../terminal.js';
import { cacheOption } from './options.js';

const KINDS = ['observations', 'alerts', 'heartbeats', 'coincidences'] as const;
type Kind = (typeof KINDS)[number];

/** Items of a page: as many as the server gives at once. */
const limit = '1000';

interface ExportOptions extends ServerOptions {
  readonly cache: CacheName;
  readonly from?: string;
  readonly to?: string;
  readonly detector?: string;
  readonly format: Format;
  readonly out?: string;
}

const HELP = `
  observations  by receipt, whatever became of them; --from and --to are neutrino times
  alerts        by sequence; --from and --to are the times they were sent
  heartbeats    of each detector, the newest first; --from and --to are times of receipt
  coincidences  the sub-groups that stand, in JSON lines one to a line, in CSV a line for each of their rows

JSON lines hold what the server answers. CSV (RFC 4180) has a line of names; text that a spreadsheet would take for a
formula (it begins with = + - @) has an apostrophe before it, so read JSON lines if it must be as the detector sent it.

A page is asked for at a time, so any number fits. With --out the file is there when all is in it, never a part of it;
without, watch the exit code: anything but 0 means that the end is missing. A server that restarts is waited for.

Examples:
  $ snews export observations --from 2030-01-01T00:00:00Z --format csv --out observations.csv
  $ snews export alerts > alerts.jsonl
  $ snews export heartbeats --detector Super-K --from 2030-01-01T00:00:00Z
  $ snews export coincidences --cache test --format csv`;

export function addExport(program: Command, context: CommandContext): void {
  const command = program
    .command('export')
    .description('write out observations, alerts, heartbeats or coincidences')
    .addArgument(new Argument('<what>', 'what to write').choices(KINDS))
    .addOption(cacheOption('of which cache'))
    .option('--from <time>', 'only from this time on (UTC)', readTime)
    .option('--to <time>', 'only up to this time, itself included (UTC)', readTime)
    .option('--detector <name>', 'only of this detector; of observations and heartbeats')
    .addOption(new Option('--format <format>', 'how').choices(FORMATS).default('jsonl'))
    .option('--out <file>', 'where to (default: standard output)')
    .addHelpText('after', HELP)
    .action(async (kind: Kind, options: ExportOptions) => await run(context, kind, options));
  withServerOptions(command);
}

function readTime(text: string): string {
  try {
    parseUtc(text);
    return text;
  } catch (error) {
    if (error instanceof TimeError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

async function run(context: CommandContext, kind: Kind, options: ExportOptions): Promise<void> {
  const { terminal, end } = context;
  const server = connect(context, options);
  const filters = filtersOf(kind, options);
  const interruption = terminal.interruption();
  const destination = options.out === undefined ? toStream(terminal.out) : await toFile(options.out);
  const progress = createProgress(terminal, undefined, kind);
  const onWait = (error: unknown, milliseconds: number) => {
    const why = printable(explain(error, { url: server.url, hasKey: server.key !== undefined }));
    progress.printLine(`Again in ${milliseconds / 1000} s. ${why}`, 'err');
  };
  const patience = { signal: interruption.signal, onWait };
  let written = 0;
  try {
    for await (const { text, items } of portions(server, kind, options, filters, patience)) {
      await destination.write(text);
      written += items;
      progress.advanceTo(written);
    }
    progress.stop();
    if (interruption.signal.aborted) {
      await destination.abandon();
      writeLine(terminal.err, `Interrupted after ${written} ${kind}: ${incomplete(options)}`);
      return end(EXIT.interrupted);
    }
    await destination.finish();
  } catch (error) {
    progress.stop();
    await destination.abandon();
    writeLine(terminal.err, `It ended after ${written} ${kind}: ${incomplete(options)}`);
    throw error;
  } finally {
    interruption.release();
  }
  const summary = { what: kind, cache: options.cache, written, file: options.out ?? null };
  const line = `Wrote ${written} ${kind}${options.out === undefined ? '' : ` to ${printable(options.out)}`}.`;
  // Without a file the standard output holds the export.
  if (options.json === true) writeLine(options.out === undefined ? terminal.err : terminal.out, toJson(summary));
  else writeLine(terminal.err, line);
}

function incomplete({ out }: ExportOptions): string {
  return out === undefined ? 'what was written is not all.' : 'no file was written.';
}

type Filters = Readonly<Record<string, string>>;

/** @throws CliError if the list can't be filtered so */
function filtersOf(kind: Kind, { cache, from, to, detector }: ExportOptions): Filters {
  if (kind === 'coincidences' && (from !== undefined || to !== undefined)) {
    throw new CliError('Coincidences are those that stand now: --from and --to are for the others.');
  }
  if (detector !== undefined && kind !== 'observations' && kind !== 'heartbeats') {
    throw new CliError(`--detector is for observations and heartbeats, not for ${kind}.`);
  }
  return {
    cache,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(kind === 'observations' && detector !== undefined ? { detector_name: detector } : {}),
  };
}

async function* portions(
  server: ServerConnection,
  kind: Kind,
  { format, detector }: ExportOptions,
  filters: Filters,
  patience: CliPatienceOptions,
): AsyncGenerator<ExportPortion> {
  const rules = { format, withHeader: true, ...patience };
  switch (kind) {
    case 'observations':
    case 'alerts':
      return yield* portionsOf(server, `/v1/${kind}`, { ...filters, order: 'asc', limit }, rules);
    case 'coincidences':
      return yield* portionsOf(server, '/v1/coincidences', filters, rules);
    case 'heartbeats': {
      const names = detector === undefined ? await detectorNames(server) : [detector];
      for (const [i, name] of names.entries()) {
        const path = `/v1/detectors/${encodeURIComponent(name)}/heartbeats`;
        yield* portionsOf(server, path, { ...filters, limit }, { ...rules, withHeader: i === 0 });
        if (patience.signal.aborted) return;
      }
    }
  }
}

async function detectorNames({ client }: ServerConnection): Promise<string[]> {
  const names: string[] = [];
  const detectors = itemsOf((page) => client.GET('/v1/detectors', { params: { query: page } }));
  for await (const { name } of detectors) names.push(name);
  return names;
}
