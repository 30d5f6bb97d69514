import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CacheName, SnewsError } from '../../client/index.js';
import { CACHE_NAMES } from '../../domain/cache-name.js';
import { alertLine } from '../alert-line.js';
import type { CommandContext } from '../context.js';
import { CliError, EXIT } from '../exit.js';
import { explain } from '../explain.js';
import { createProgress } from '../progress.js';
import { type AlertWatch, watchAlerts } from '../replay/alert-watch.js';
import { type ReplayEntry, readEntries } from '../replay/entries.js';
import { type ReplaySummary, reachAlerts, replay } from '../replay/replay.js';
import { type Survey, survey } from '../replay/survey.js';
import { connectTo, rejectionText, type ServerOptions, withServerOptions } from '../server.js';
import { paintFor, printable, toJson, writeLine } from '../terminal.js';

interface ReplayCommandOptions extends ServerOptions {
  readonly speed?: number;
  readonly shift?: boolean;
  readonly cache?: CacheName;
}

const HELP = `
The file contains JSON lines or one JSON document. Each line is a SNEWS message of any kind, as clients build it:
  {"detector_name": "Super-K", "neutrino_time_utc": "2030-01-01T12:34:45.678999123Z", "p_val": 0.07, "is_test": true}
  {"detector_name": "Super-K", "tier": "Retraction", "retract_latest_n": 1, "is_test": true}
or an operation:
  {"op": "observe", "id": …, "detector_name": …, "neutrino_time_utc": …, "p_val": …}
  {"op": "retract_latest", "detector_name": …, "n": 2}
  {"op": "retract_detector", "detector_name": …}       all observations of a detector
  {"op": "retract_id", "detector_name": …, "id": …}    the observations that this file sent with that id
  {"op": "reset"}                                      requires an admin key and --cache
or a list of messages and operations, or a scenario: {"name": …, "ops": [ … ]}.

The whole file is read before anything is sent. Every message gets a new uuid, so a file can be replayed again; a message
that appears twice in the file gets the same uuid both times. Without --cache the flags of a message decide to which cache
it goes. A message without flags goes to the live cache, where it may raise a real alert. Times older than 48 h are
rejected except in the test cache: use --shift.

A rejected message is printed with its line and the reason, and the replay continues. A message is sent again while the
server is overloaded (429) or does not answer. Ctrl-C ends the replay after the current message.

Examples:
  $ snews replay run42.jsonl --cache test
  $ snews replay run42.jsonl --cache firedrill --shift --speed 10
  $ snews replay run42.jsonl --cache test --json > alerts.jsonl`;

export function addReplay(program: Command, context: CommandContext): void {
  const command = program
    .command('replay')
    .description('send a file of messages to a server, and print the alerts as they arrive')
    .argument('<file>', 'JSON lines or one JSON document')
    .option(
      '--speed <n>',
      'keep the intervals between neutrino times, divided by N (default: as fast as possible)',
      readSpeed,
    )
    .option('--shift', 'move all times by the same amount, so that the latest is just before the time it is sent')
    .addOption(
      new Option('--cache <cache>', 'send all messages to this cache (default: by their flags)').choices(CACHE_NAMES),
    )
    .addHelpText('after', HELP)
    .action(async (file: string, options: ReplayCommandOptions) => await run(context, file, options));
  withServerOptions(command);
}

function readSpeed(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be a number above 0; 1 is real time.');
}

async function run(context: CommandContext, file: string, options: ReplayCommandOptions): Promise<void> {
  const { terminal } = context;
  const server = connectTo(options);
  context.worksWith(server.url, server.key !== undefined);
  const surveyed = await surveyFile(file, options);
  const caches = options.cache === undefined ? surveyed.caches : new Set([options.cache]);

  const interruption = terminal.interruption();
  const paint = paintFor(terminal.out, terminal.env);
  const isJson = options.json === true;
  writeLine(terminal.err, `Sending ${surveyed.entries} entries to ${server.url}, cache ${[...caches].join(', ')}.`);
  const progress = createProgress(terminal, surveyed.entries, 'entries');
  const started = Date.now();
  let watch: AlertWatch | undefined;
  let done = 0;
  try {
    watch = await watchAlerts(server, caches, (alert) =>
      progress.printLine(isJson ? toJson({ alert }) : paint('yellow', alertLine(alert))),
    );
    const summary = await replay(server, readEntries(file), {
      survey: surveyed,
      speed: options.speed,
      shift: options.shift === true,
      cache: options.cache,
      signal: interruption.signal,
      listener: {
        done: (count) => {
          done = count;
          progress.advanceTo(count);
        },
        rejected: (entry, error) =>
          progress.printLine(
            isJson ? toJson({ refused: rejectionOf(entry, error) }) : paint('red', rejectedLine(entry, error)),
          ),
        waiting: (entry, error, milliseconds) => {
          const why = printable(explain(error, { url: server.url, hasKey: server.key !== undefined }));
          progress.printLine(`${entry.place}: retrying in ${milliseconds / 1000} s. ${why}`, 'err');
        },
      },
    });
    await reachAlerts(watch, summary);
    await watch.stop();
    progress.stop();
    const text = summaryOf(summary, surveyed, watch.count(), Date.now() - started);
    writeLine(isJson ? terminal.out : terminal.err, isJson ? toJson({ summary: text.json }) : text.line);
    if (summary.isInterrupted) context.end(EXIT.interrupted);
    else if (summary.rejected > 0) context.end(EXIT.negative);
  } catch (error) {
    progress.stop();
    if (done > 0) writeLine(terminal.err, `${done} of ${surveyed.entries} entries were processed before this error:`);
    throw error;
  } finally {
    interruption.release();
    await watch?.stop();
  }
}

async function surveyFile(file: string, { cache }: ReplayCommandOptions): Promise<Survey> {
  const surveyed = await survey(readEntries(file));
  if (surveyed.entries === 0) throw new CliError(`${file} contains no messages.`);
  // A missing option must not reset the live cache.
  if (surveyed.hasReset && cache === undefined) {
    throw new CliError(`${file} contains a reset: name its cache with --cache. Nothing was sent.`);
  }
  return surveyed;
}

function rejectedLine({ place }: ReplayEntry, error: SnewsError): string {
  return printable(`${place}: rejected: ${rejectionText(error)}`);
}

function rejectionOf({ place }: ReplayEntry, { status, message, problem }: SnewsError) {
  return { place, status, detail: message, ...(problem?.errors === undefined ? {} : { errors: problem.errors }) };
}

function summaryOf(
  { sent, rejected, isInterrupted }: ReplaySummary,
  { entries }: Survey,
  alerts: number,
  milliseconds: number,
) {
  const seconds = milliseconds / 1000;
  const beginning = isInterrupted ? `Interrupted. Of ${entries} entries` : `Of ${entries} entries`;
  return {
    json: { entries, sent, refused: rejected, alerts, interrupted: isInterrupted, seconds },
    line: `${beginning}: ${sent} messages accepted, ${rejected} rejected, ${alerts} alerts, in ${seconds.toFixed(1)} s.`,
  };
}
