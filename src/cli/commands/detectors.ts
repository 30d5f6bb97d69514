import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../context.js';
import { allItems } from '../pages.js';
import { answered, connect, type ServerOptions, withServerOptions } from '../server.js';
import { paintFor, printable, toJson, writeLine } from '../terminal.js';
import { textTable } from '../text-table.js';
import { addDetectorEntries } from './detector-entries.js';

interface PictureOptions extends ServerOptions {
  readonly out: string;
  readonly hours: number;
}

const COLOURS = { ON: 'green', OFF: 'red', LATE: 'yellow', UNKNOWN: 'dim' } as const;

const HELP = `
Examples:
  $ snews detectors
  $ snews detectors --json | jq '.[] | select(.status == "LATE").name'
  $ snews detectors picture Super-K --out super-k.png
  $ snews detectors change Super-K --site "Hida, Japan"`;

export function addDetectors(program: Command, context: CommandContext): void {
  const detectors = program
    .command('detectors')
    .description('list, draw, add and change detectors')
    .addHelpText('after', HELP);

  withServerOptions(
    detectors
      .command('list', { isDefault: true })
      .description('list the detectors by name, with the status of their heartbeats')
      .addHelpText('after', '\nExample:\n  $ snews detectors list')
      .action(async (options: ServerOptions) => await list(context, options)),
  );

  withServerOptions(
    detectors
      .command('picture')
      .description('draw the heartbeats of a detector')
      .argument('<name>', 'the detector, as "detectors" shows it')
      .requiredOption('--out <file>', 'the file to write, with the extension .png or .svg', pictureFile)
      .option('--hours <hours>', 'how many hours to draw: 1 to 168', wholeHours, 24)
      .addHelpText('after', '\nExample:\n  $ snews detectors picture Super-K --hours 48 --out super-k.svg')
      .action(async (name: string, options: PictureOptions) => await picture(context, name, options)),
  );

  addDetectorEntries(detectors, context);
}

function pictureFile(file: string): string {
  if (!['.png', '.svg'].includes(extname(file))) throw new InvalidArgumentError('It must end in .png or .svg.');
  return file;
}

function wholeHours(text: string): number {
  const hours = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (hours < 1 || hours > 168) throw new InvalidArgumentError('It must be a whole number from 1 to 168.');
  return hours;
}

async function list(context: CommandContext, options: ServerOptions): Promise<void> {
  const { out, env } = context.terminal;
  const { client } = connect(context, options);
  const detectors = await allItems((page) => client.GET('/v1/detectors', { params: { query: page } }));
  if (options.json === true) return writeLine(out, toJson(detectors));
  const paint = paintFor(out, env);
  const rows = detectors.map(({ name, status, last_heartbeat, usual_interval, heartbeat_expected_by }) => [
    printable(name),
    paint(COLOURS[status], status),
    last_heartbeat === null ? '' : `${toSeconds(last_heartbeat.received_time_utc)} ${last_heartbeat.detector_status}`,
    last_heartbeat?.latency_s == null ? '' : last_heartbeat.latency_s.toFixed(3),
    usual_interval === null ? '' : `${digits(usual_interval.mean_s)} ± ${digits(usual_interval.sigma_s)}`,
    heartbeat_expected_by === null ? '' : toSeconds(heartbeat_expected_by),
  ]);
  const head = ['detector', 'status', 'last heartbeat (UTC)', 'latency (s)', 'usual interval (s)', 'next by (UTC)'];
  writeLine(out, textTable(head, rows));
}

async function picture(context: CommandContext, name: string, options: PictureOptions): Promise<void> {
  const { client } = connect(context, options);
  const asked = { params: { path: { name }, query: { hours: options.hours } }, parseAs: 'arrayBuffer' } as const;
  const drawn = answered(
    extname(options.out) === '.svg'
      ? await client.GET('/v1/detectors/{name}/heartbeats.svg', asked)
      : await client.GET('/v1/detectors/{name}/heartbeats.png', asked),
  );
  await writeFile(options.out, new Uint8Array(drawn));
  const { out, err } = context.terminal;
  const written = { detector_name: name, file: options.out, bytes: drawn.byteLength };
  if (options.json === true) return writeLine(out, toJson(written));
  writeLine(err, `Wrote ${printable(options.out)} (${drawn.byteLength} bytes).`);
}

/** `2030-01-01T12:34:45Z`: the table needs no fractions of a second. */
function toSeconds(utc: string): string {
  return utc.replace(/\.\d+Z$/, 'Z');
}

function digits(seconds: number): string {
  return String(Number(seconds.toPrecision(4)));
}
