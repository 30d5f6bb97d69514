import { type Command, InvalidArgumentError, Option } from 'commander';
import { CACHE_NAMES, type CacheName } from '../../domain/cache-name.js';
import { ENGINE_NAMES, type EngineName } from '../../domain/coincidence/engine.js';
import { type Duration, inSeconds, seconds } from '../../domain/time.js';
import type { CommandContext } from '../context.js';
import { operator } from '../operator.js';
import { withHistoryProgress } from '../progress.js';
import { withJsonOption } from '../server.js';
import { toJson, writeLine } from '../terminal.js';
import { cachesOf, cachesOption } from './options.js';

interface SwitchOptions {
  readonly engine: EngineName;
  readonly window: Duration;
  readonly cache: CacheName | 'all';
  readonly json?: boolean;
}

const HELP = `
The tables are rebuilt by going through all commands since the last reset; no alert is sent, and coincidences that
stood keep their events. Works on the database (DATABASE_URL, else the embedded one of DATA_DIR). Stop every replica
before: while one runs the command is refused and says which, and while it works none starts. Set COINCIDENCE_ENGINE and COINCIDENCE_THRESHOLD to the same after: a server that is configured otherwise
than its caches refuses to start, so switch all three of them.

Examples:
  $ snews cache switch --engine complete --window 10
  $ snews cache switch --engine reference --window 10 --cache test`;

/** As COINCIDENCE_THRESHOLD. */
const LONGEST_WINDOW_SECONDS = 3_600;

export function addCache(program: Command, context: CommandContext): void {
  const cache = program
    .command('cache')
    .description('change how a cache finds coincidences')
    .addHelpText('after', HELP);
  const command = cache
    .command('switch')
    .description('change the engine or the window, and rebuild the tables')
    .addOption(new Option('--engine <engine>', 'how to find coincidences').choices(ENGINE_NAMES).makeOptionMandatory())
    .addOption(
      new Option('--window <seconds>', 'how far apart observations may be').argParser(readWindow).makeOptionMandatory(),
    )
    .addOption(cachesOption('which cache'))
    .addHelpText('after', HELP)
    .action(async (options: SwitchOptions) => await switchCaches(context, options));
  withJsonOption(command);
}

function readWindow(text: string): Duration {
  const value = /^\d{1,4}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value <= LONGEST_WINDOW_SECONDS) return seconds(value);
  throw new InvalidArgumentError(`It must be seconds, above 0, to ${LONGEST_WINDOW_SECONDS}.`);
}

async function switchCaches({ terminal }: CommandContext, options: SwitchOptions): Promise<void> {
  // What the other commands need not load.
  const { withDatabase } = await import('../database.js');
  const { switchCaches } = await import('../../cache/history/switch.js');
  const { engine, window } = options;
  const caches = cachesOf(options.cache);
  const actor = `cli:${operator()}`;
  await withDatabase(terminal, async (databaseUrl) => {
    await withHistoryProgress(terminal, async (next) => {
      const commands = caches.map((cache) => ({ kind: 'switch' as const, cache, engine, window, actor }));
      await switchCaches(databaseUrl, commands, ({ cache }) =>
        next(`Rebuilding the ${cache} cache (${caches.indexOf(cache) + 1} of ${caches.length}) …`),
      );
    });
  });
  const windowSeconds = inSeconds(window);
  if (options.json === true) return writeLine(terminal.out, toJson({ caches, engine, window: windowSeconds }));
  const which = caches.length === 1 ? `The ${caches[0]} cache runs` : `The caches ${caches.join(', ')} run`;
  writeLine(terminal.out, `${which} the engine ${engine} now, with a window of ${windowSeconds} s.`);
  writeLine(
    terminal.err,
    whatNext(caches.length, `COINCIDENCE_ENGINE=${engine} and COINCIDENCE_THRESHOLD=${windowSeconds}`),
  );
}

function whatNext(switched: number, setting: string): string {
  return switched < CACHE_NAMES.length
    ? `A server starts only if all its caches run what it is configured for: switch the others too, then set ${setting}.`
    : `Start the server with ${setting}: otherwise it refuses to.`;
}
