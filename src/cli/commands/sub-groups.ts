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

interface SubGroupsOptions extends ServerOptions {
  readonly cache: CacheName;
  readonly watch?: boolean;
}

const HELP = `
With --watch the sub-groups are printed again at each alert and within a second of any other change, until Ctrl-C.

Examples:
  $ snews sub-groups
  $ snews sub-groups --cache test --watch
  $ snews sub-groups --json | jq '.sub_groups[].rows[].detector_name'`;

const WATCH_INTERVAL_MS = 1_000;

export function addSubGroups(program: Command, context: CommandContext): void {
  const command = program
    .command('sub-groups')
    .alias('tables')
    .description('print the sub-groups of a cache')
    .addOption(cacheOption('the cache to print'))
    .option('--watch', 'print them again whenever they change')
    .addHelpText('after', HELP)
    .action(async (options: SubGroupsOptions) => {
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

function print({ out }: Terminal, view: Coincidences, { json, watch }: SubGroupsOptions): void {
  if (json === true) {
    writeLine(out, toJson(view));
    return;
  }
  // A terminal is cleared, a file never is.
  const clear = watch === true && out.isTTY === true ? '\u001b[H\u001b[2J' : '';
  writeLine(out, clear + coincidencesText(view));
}

async function watch({ terminal }: CommandContext, server: ServerConnection, options: SubGroupsOptions): Promise<void> {
  const interruption = terminal.interruption();
  const stopping = new AbortController();
  const signal = AbortSignal.any([interruption.signal, stopping.signal]);
  const waker = createWaker();
  signal.addEventListener('abort', waker.wake);
  const alerts = wakeAtAlerts(server, options.cache, signal, waker.wake);
  try {
    let seen: Seen = { etag: undefined, error: undefined };
    while (!signal.aborted) {
      seen = await refresh(terminal, server, options, signal, seen);
      await Promise.race([waker.woken(), delay(WATCH_INTERVAL_MS, undefined, { ref: !signal.aborted })]);
    }
  } finally {
    interruption.release();
    stopping.abort();
    await alerts;
  }
}

/** The result of the last request: the version that was printed, or the error that was. */
interface Seen {
  readonly etag: string | undefined;
  readonly error: string | undefined;
}

/** Prints the sub-groups if they have changed. */
async function refresh(
  terminal: Terminal,
  { client, url, key }: ServerConnection,
  options: SubGroupsOptions,
  signal: AbortSignal,
  { etag, error: lastError }: Seen,
): Promise<Seen> {
  try {
    const { data, error, response } = await client.GET('/v1/coincidences', {
      params: { query: { cache: options.cache } },
      headers: etag === undefined ? {} : { 'if-none-match': etag },
      signal,
    });
    if (data !== undefined) print(terminal, data, options);
    else if (response.status !== 304) throw asSnewsError(response, error);
    return { etag: response.headers.get('etag') ?? undefined, error: undefined };
  } catch (error) {
    if (signal.aborted) return { etag, error: lastError };
    if (error instanceof SnewsError && !error.isTemporary) throw error;
    // A server that restarts is waited for; the error is printed once.
    const text = explain(error, { url, hasKey: key !== undefined });
    if (text !== lastError) writeLine(terminal.err, text);
    return { etag, error: text };
  }
}

/** Wakes the loop at each alert, before the next interval. */
async function wakeAtAlerts(
  { url, key }: ServerConnection,
  cache: CacheName,
  signal: AbortSignal,
  wake: () => void,
): Promise<void> {
  try {
    for await (const _alert of alertStream({ baseUrl: url, key, cache, signal })) wake();
  } catch (error) {
    // The request for the sub-groups fails for the same reason, and reports it.
    if (!(error instanceof SnewsError)) throw error;
  }
}

function createWaker() {
  let waiting: () => void = () => undefined;
  return {
    wake: () => waiting(),
    woken: () =>
      new Promise<void>((resolve) => {
        waiting = resolve;
      }),
  };
}
