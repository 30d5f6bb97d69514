import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { alertStream, type CacheName, type Coincidences, SnewsError } from '../../client/index.js';
import { asSnewsError } from '../../client/snews-error.js';
import type { CommandContext } from '../context.js';
import { explain } from '../explain.js';
import { answered, connectTo, type ServerConnection, type ServerOptions, withServerOptions } from '../server.js';
import { type Terminal, toJson, writeLine } from '../terminal.js';
import { coincidencesText } from '../text-table.js';
import { cacheOption } from './options.js';

interface TablesOptions extends ServerOptions {
  readonly cache: CacheName;
  readonly watch?: boolean;
}

const HELP = `
With --watch the tables are printed again at each alert, and within a second of any other change, until Ctrl-C.

Examples:
  $ snews tables
  $ snews tables --cache test --watch
  $ snews tables --json | jq '.sub_groups[].rows[].detector_name'`;

const WATCH_INTERVAL_MS = 1_000;

export function addTables(program: Command, context: CommandContext): void {
  const command = program
    .command('tables')
    .description('print the sub-groups of a cache')
    .addOption(cacheOption('which cache'))
    .option('--watch', 'go on, and print them again when they change')
    .addHelpText('after', HELP)
    .action(async (options: TablesOptions) => {
      const server = connectTo(options);
      context.worksWith(server.url, server.key !== undefined);
      if (options.watch === true) return await watch(context, server, options);
      const view = answered(
        await server.client.GET('/v1/coincidences', { params: { query: { cache: options.cache } } }),
      );
      print(context.terminal, view, options);
    });
  withServerOptions(command);
}

function print({ out }: Terminal, view: Coincidences, { json, watch }: TablesOptions): void {
  if (json === true) {
    writeLine(out, toJson(view));
    return;
  }
  // The screen is cleared for whoever looks at it, never in a file.
  const clear = watch === true && out.isTTY === true ? '\u001b[H\u001b[2J' : '';
  writeLine(out, clear + coincidencesText(view));
}

async function watch({ terminal }: CommandContext, server: ServerConnection, options: TablesOptions): Promise<void> {
  const interruption = terminal.interruption();
  const stopping = new AbortController();
  const signal = AbortSignal.any([interruption.signal, stopping.signal]);
  const alarm = createAlarm();
  signal.addEventListener('abort', alarm.ring);
  const alerts = ringAtAlerts(server, options.cache, signal, alarm.ring);
  try {
    let seen: Seen = { etag: undefined, complaint: undefined };
    while (!signal.aborted) {
      seen = await look(terminal, server, options, signal, seen);
      await Promise.race([alarm.rung(), delay(WATCH_INTERVAL_MS, undefined, { ref: !signal.aborted })]);
    }
  } finally {
    interruption.release();
    stopping.abort();
    await alerts;
  }
}

/** What the last look saw: tables, or what kept it from seeing them. */
interface Seen {
  readonly etag: string | undefined;
  readonly complaint: string | undefined;
}

/** Prints the tables if they aren't those that were seen. */
async function look(
  terminal: Terminal,
  { client, url, key }: ServerConnection,
  options: TablesOptions,
  signal: AbortSignal,
  { etag, complaint }: Seen,
): Promise<Seen> {
  try {
    const { data, error, response } = await client.GET('/v1/coincidences', {
      params: { query: { cache: options.cache } },
      headers: etag === undefined ? {} : { 'if-none-match': etag },
      signal,
    });
    if (data !== undefined) print(terminal, data, options);
    else if (response.status !== 304) throw asSnewsError(response, error);
    return { etag: response.headers.get('etag') ?? undefined, complaint: undefined };
  } catch (error) {
    if (signal.aborted) return { etag, complaint };
    if (error instanceof SnewsError && !error.isTemporary) throw error;
    // A server that restarts is worth waiting for; it is enough to say so once.
    const text = explain(error, { url, hasKey: key !== undefined });
    if (text !== complaint) writeLine(terminal.err, text);
    return { etag, complaint: text };
  }
}

/** Rings at each alert, so that nobody has to wait for the next look. */
async function ringAtAlerts(
  { url, key }: ServerConnection,
  cache: CacheName,
  signal: AbortSignal,
  ring: () => void,
): Promise<void> {
  try {
    for await (const _alert of alertStream({ baseUrl: url, key, cache, signal })) ring();
  } catch (error) {
    // The tables are refused for the same reason, and that is said there.
    if (!(error instanceof SnewsError)) throw error;
  }
}

function createAlarm() {
  let waiting: () => void = () => undefined;
  return {
    ring: () => waiting(),
    rung: () =>
      new Promise<void>((resolve) => {
        waiting = resolve;
      }),
  };
}
