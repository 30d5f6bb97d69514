import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CacheName, SnewsError } from '../../client/index.js';
import { CACHE_NAMES } from '../../domain/cache-name.js';
import { alertLine } from '../alert-line.js';
import type { CommandContext } from '../context.js';
import { CliError, EXIT } from '../exit.js';
import { explain } from '../explain.js';
import { createProgress } from '../progress.js';
import { type AlertWatch, watchAlerts } from '../replay/alert-watch.js';
import { type Entry, readEntries } from '../replay/entries.js';
import { type ReplaySummary, reachAlerts, replay } from '../replay/replay.js';
import { type Survey, survey } from '../replay/survey.js';
import { connectTo, refusalText, type ServerOptions, withServerOptions } from '../server.js';
import { paintFor, printable, toJson, writeLine } from '../terminal.js';

interface ReplayCommandOptions extends ServerOptions {
  readonly speed?: number;
  readonly shift?: boolean;
  readonly cache?: CacheName;
}

const HELP = `
The file holds JSON lines, or one JSON document. Each line is a SNEWS message of any kind, as clients build it:
  {"detector_name": "Super-K", "neutrino_time_utc": "2030-01-01T12:34:45.678999123Z", "p_val": 0.07, "is_test": true}
  {"detector_name": "Super-K", "tier": "Retraction", "retract_latest_n": 1, "is_test": true}
or an op:
  {"op": "observe", "id": …, "detector_name": …, "neutrino_time_utc": …, "p_val": …}
  {"op": "retract_latest", "detector_name": …, "n": 2}
  {"op": "retract_detector", "detector_name": …}       all of a detector's
  {"op": "retract_id", "detector_name": …, "id": …}    what this file sent under that id
  {"op": "reset"}                                      needs an admin key, and --cache
or a scenario, or a list, of messages and ops: {"name": …, "ops": [ … ]}.

All is read before anything is sent. Every message gets a fresh uuid (one that comes twice, the same twice), so a file
can be replayed again. Without --cache messages go where their flags say: without any, to the live cache, where they
may alert the world. Times older than 48 h are refused outside the test cache: --shift.

A message that is refused is printed with its line and the reason, and the replay goes on. While the server has no
room for a message (429) or is away, it is sent again. Ctrl-C ends the replay after the message under way.

Examples:
  $ snews replay run42.jsonl --cache test
  $ snews replay run42.jsonl --cache firedrill --shift --speed 10
  $ snews replay run42.jsonl --cache test --json > what-came.jsonl`;

export function addReplay(program: Command, context: CommandContext): void {
  const command = program
    .command('replay')
    .description('send a file of messages to a server, and print the alerts as they come')
    .argument('<file>', 'JSON lines, or one JSON document')
    .option(
      '--speed <n>',
      'keep the real gaps between neutrino times, divided by N (default: as fast as possible)',
      readSpeed,
    )
    .option('--shift', 'move all times alike, so that the latest is just before now when it is sent')
    .addOption(new Option('--cache <cache>', 'where all messages go (default: as they say)').choices(CACHE_NAMES))
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
      told: {
        done: (count) => {
          done = count;
          progress.advanceTo(count);
        },
        refused: (entry, error) =>
          progress.printLine(
            isJson ? toJson({ refused: refusalOf(entry, error) }) : paint('red', refusedLine(entry, error)),
          ),
        waiting: (entry, error, milliseconds) => {
          const why = printable(explain(error, { url: server.url, hasKey: server.key !== undefined }));
          progress.printLine(`${entry.place}: again in ${milliseconds / 1000} s. ${why}`, 'err');
        },
      },
    });
    await reachAlerts(watch, summary);
    await watch.stop();
    progress.stop();
    const text = summaryOf(summary, surveyed, watch.count(), Date.now() - started);
    writeLine(isJson ? terminal.out : terminal.err, isJson ? toJson({ summary: text.json }) : text.line);
    if (summary.isInterrupted) context.end(EXIT.interrupted);
    else if (summary.refused > 0) context.end(EXIT.negative);
  } catch (error) {
    progress.stop();
    if (done > 0) writeLine(terminal.err, `${done} of ${surveyed.entries} entries were done before this:`);
    throw error;
  } finally {
    interruption.release();
    await watch?.stop();
  }
}

async function surveyFile(file: string, { cache }: ReplayCommandOptions): Promise<Survey> {
  const surveyed = await survey(readEntries(file));
  if (surveyed.entries === 0) throw new CliError(`${file} holds no messages.`);
  // Nobody should reset the live cache by leaving something out.
  if (surveyed.hasReset && cache === undefined) {
    throw new CliError(`${file} holds a reset: say with --cache which cache it is for. Nothing was sent.`);
  }
  return surveyed;
}

function refusedLine({ place }: Entry, error: SnewsError): string {
  return printable(`${place}: refused: ${refusalText(error)}`);
}

function refusalOf({ place }: Entry, { status, message, problem }: SnewsError) {
  return { place, status, detail: message, ...(problem?.errors === undefined ? {} : { errors: problem.errors }) };
}

function summaryOf(
  { sent, refused, isInterrupted }: ReplaySummary,
  { entries }: Survey,
  alerts: number,
  milliseconds: number,
) {
  const seconds = milliseconds / 1000;
  const beginning = isInterrupted ? `Interrupted. Of ${entries} entries` : `Of ${entries} entries`;
  return {
    json: { entries, sent, refused, alerts, interrupted: isInterrupted, seconds },
    line: `${beginning}: ${sent} messages taken, ${refused} refused, ${alerts} alerts, in ${seconds.toFixed(1)} s.`,
  };
}
