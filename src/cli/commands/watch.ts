import type { Command } from 'commander';
import { type Alert, alertStream, type CacheName } from '../../client/index.js';
import type { CommandContext } from '../context.js';
import { EXIT } from '../exit.js';
import { explain } from '../explain.js';
import { connect, type ServerOptions, withServerOptions } from '../server.js';
import { paintFor, printable, type Terminal, toJson, writeLine } from '../terminal.js';
import { cacheOption } from './options.js';

interface WatchOptions extends ServerOptions {
  readonly cache: CacheName;
  readonly bell?: boolean;
}

const HELP = `
Prints alerts as they arrive, until Ctrl-C. If the connection is lost or the server restarts, the command reconnects and
continues after the last alert: no alert is missing or repeated. Alerts of the live cache can be read without a key.

Examples:
  $ snews watch
  $ snews watch --bell
  $ snews watch --cache test --json | jq --unbuffered .event_id`;

const BELL = '\u0007';
const COLOURS = { COINC_MSG: 'red', COINC_MSG_STAGGERED: 'red', UPDATE: 'yellow', RETRACTION: 'dim' } as const;

export function addWatch(program: Command, context: CommandContext): void {
  const command = program
    .command('watch')
    .description('print alerts as they arrive')
    .addOption(cacheOption('the cache whose alerts are printed'))
    .option('--bell', 'ring the terminal bell at each alert')
    .addHelpText('after', HELP)
    .action(async (options: WatchOptions) => await watch(context, options));
  withServerOptions(command);
}

async function watch(context: CommandContext, options: WatchOptions): Promise<void> {
  const { terminal, end } = context;
  const { url, key } = connect(context, options);
  const { cache } = options;
  const interruption = terminal.interruption();
  const { signal } = interruption;
  writeLine(terminal.err, `Watching the alerts of the ${cache} cache of ${url}. Press Ctrl-C to stop.`);
  let isBroken = false;
  const onInterruption = (error: unknown, retryMs: number) => {
    // A server that restarts is waited for; the error is printed once.
    if (!isBroken) {
      const why = printable(explain(error, { url, hasKey: key !== undefined }));
      writeLine(terminal.err, `${why} Retrying, first in ${(retryMs / 1000).toFixed(1)} s.`);
    }
    isBroken = true;
  };
  try {
    for await (const alert of alertStream({ baseUrl: url, key, cache, signal, onInterruption })) {
      isBroken = false;
      show(terminal, alert, options);
    }
  } finally {
    interruption.release();
  }
  // Ctrl-C is the normal end.
  end(EXIT.fine);
}

function show({ out, err, env }: Terminal, alert: Alert, { json, bell }: WatchOptions): void {
  if (json === true) writeLine(out, toJson(alert));
  else writeLine(out, alertBlock(alert, paintFor(out, env)));
  // On the standard error, so that a file of alerts has no bell characters.
  if (bell === true) err.write(BELL);
}

/** The essential facts of an alert. */
function alertBlock(alert: Alert, paint: ReturnType<typeof paintFor>): string {
  const colour = COLOURS[alert.alert_type];
  const title = `${alert.cache.toUpperCase()} ${alert.alert_type} · ${alert.event_id}${alert.pre_sn ? ' · pre-supernova' : ''}`;
  const width = Math.max(0, ...alert.detector_names.map((name) => printable(name).length));
  const rows = alert.detector_names.map((name, i) => {
    const pValue = alert.p_values[i] ?? null;
    const end = pValue === null ? '' : `  p ${pValue}`;
    return `  ${printable(name).padEnd(width)}  ${printable(alert.neutrino_times[i] ?? '')}${end}`;
  });
  const facts = [
    `alert ${alert.sequence}`,
    `sub-group ${alert.sub_group}`,
    `sent ${alert.sent_time_utc}`,
    ...(alert.false_alarm === null
      ? []
      : [`false alarm once in ${Number(alert.false_alarm.mean_years_between.toPrecision(3))} years`]),
  ];
  return [
    paint(colour, paint('bold', printable(title))),
    ...rows,
    paint('dim', printable(`  ${facts.join(' · ')}`)),
    '',
  ].join('\n');
}
