import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import type { CacheName } from '../../client/index.js';
import { parseUtc, TimeError } from '../../domain/time.js';
import type { CommandContext } from '../context.js';
import { CliError, EXIT } from '../exit.js';
import { explain } from '../explain.js';
import { toFile, toStream } from '../export/destination.js';
import { type ExportPortion, FORMATS, type Format, portionsOf } from '../export/portions.js';
import { itemsOf } from '../pages.js';
import { createProgress } from '../progress.js';
import type { CliRetryOptions } from '../retry.js';
import { connect, type ServerConnection, type ServerOptions, withServerOptions } from '../server.js';
import { printable, toJson, writeLine } from '../terminal.js';
import { cacheOption } from './options.js';

const KINDS = ['observations', 'alerts', 'heartbeats', 'coincidences'] as const;
type Kind = (typeof KINDS)[number];

/** The largest page of the server. */
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
  observations  in order of reception, in any state; --from and --to refer to neutrino times
  alerts        in order of their sequence; --from and --to refer to the times at which they were sent
  heartbeats    by detector, the newest first; --from and --to refer to times of reception
  coincidences  the current sub-groups: in JSON one line per sub-group, in CSV one line per row of a sub-group

JSON lines contain what the server answers. CSV (RFC 4180) begins with a line of column names. In CSV, text that a
spreadsheet would evaluate as a formula (it begins with = + - @) is prefixed with an apostrophe. Use JSON lines if the
text must be exactly as the detector sent it.

The list is read page by page, so its size is not limited. With --out the file appears when the export is complete.
Without --out check the exit code: if it is not 0, the output is incomplete. If the server restarts, the export waits
for it.

Examples:
  $ snews export observations --from 2030-01-01T00:00:00Z --format csv --out observations.csv
  $ snews export alerts > alerts.jsonl
  $ snews export heartbeats --detector Super-K --from 2030-01-01T00:00:00Z
  $ snews export coincidences --cache test --format csv`;

export function addExport(program: Command, context: CommandContext): void {
  const command = program
    .command('export')
    .description('export observations, alerts, heartbeats or coincidences as JSON lines or CSV')
    .addArgument(new Argument('<what>', 'what to export').choices(KINDS))
    .addOption(cacheOption('the cache to export'))
    .option('--from <time>', 'begin at this time (UTC)', readTime)
    .option('--to <time>', 'end at this time, inclusive (UTC)', readTime)
    .option('--detector <name>', 'only this detector; for observations and heartbeats')
    .addOption(new Option('--format <format>', 'the format').choices(FORMATS).default('jsonl'))
    .option('--out <file>', 'the file to write (default: standard output)')
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
    progress.printLine(`Retrying in ${milliseconds / 1000} s. ${why}`, 'err');
  };
  const retry = { signal: interruption.signal, onWait };
  let written = 0;
  try {
    for await (const { text, items } of portions(server, kind, options, filters, retry)) {
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
    writeLine(terminal.err, `The export failed after ${written} ${kind}: ${incomplete(options)}`);
    throw error;
  } finally {
    interruption.release();
  }
  const summary = { what: kind, cache: options.cache, written, file: options.out ?? null };
  const line = `Wrote ${written} ${kind}${options.out === undefined ? '' : ` to ${printable(options.out)}`}.`;
  // Without a file the export itself is on the standard output.
  if (options.json === true) writeLine(options.out === undefined ? terminal.err : terminal.out, toJson(summary));
  else writeLine(terminal.err, line);
}

function incomplete({ out }: ExportOptions): string {
  return out === undefined ? 'the output is incomplete.' : 'no file was written.';
}

type Filters = Readonly<Record<string, string>>;

/** @throws CliError if the list has no such filter */
function filtersOf(kind: Kind, { cache, from, to, detector }: ExportOptions): Filters {
  if (kind === 'coincidences' && (from !== undefined || to !== undefined)) {
    throw new CliError('--from and --to do not apply to coincidences, which are always the current ones.');
  }
  if (detector !== undefined && kind !== 'observations' && kind !== 'heartbeats') {
    throw new CliError(`--detector applies to observations and heartbeats, not to ${kind}.`);
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
  retry: CliRetryOptions,
): AsyncGenerator<ExportPortion> {
  const rules = { format, withHeader: true, ...retry };
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
        if (retry.signal.aborted) return;
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
