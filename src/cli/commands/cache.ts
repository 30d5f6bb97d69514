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
The sub-groups are rebuilt by replaying all commands since the last reset. No alert is sent, and existing coincidences
keep their events. The command changes the database directly (DATABASE_URL, otherwise the embedded one of DATA_DIR).
Stop every replica first: while a replica runs, the command is rejected and names it, and while the command runs, no
replica starts. Then set COINCIDENCE_ENGINE and COINCIDENCE_THRESHOLD to the same values and switch all three caches: a
server does not start if a cache differs from its configuration.

Examples:
  $ snews cache switch --engine complete --window 10
  $ snews cache switch --engine reference --window 10 --cache test`;

/** As COINCIDENCE_THRESHOLD. */
const LONGEST_WINDOW_SECONDS = 3_600;

export function addCache(program: Command, context: CommandContext): void {
  const cache = program
    .command('cache')
    .description('change how a cache finds coincidences (engine and window)')
    .addHelpText('after', HELP);
  const command = cache
    .command('switch')
    .description('change the engine or the window, and rebuild the sub-groups')
    .addOption(
      new Option('--engine <engine>', 'the engine that finds coincidences').choices(ENGINE_NAMES).makeOptionMandatory(),
    )
    .addOption(
      new Option('--window <seconds>', 'the longest time between observations that coincide')
        .argParser(readWindow)
        .makeOptionMandatory(),
    )
    .addOption(cachesOption('the cache to switch'))
    .addHelpText('after', HELP)
    .action(async (options: SwitchOptions) => await switchCaches(context, options));
  withJsonOption(command);
}

function readWindow(text: string): Duration {
  const value = /^\d{1,4}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value <= LONGEST_WINDOW_SECONDS) return seconds(value);
  throw new InvalidArgumentError(`It must be a number of seconds above 0, at most ${LONGEST_WINDOW_SECONDS}.`);
}

async function switchCaches({ terminal }: CommandContext, options: SwitchOptions): Promise<void> {
  // Only this command needs these modules.
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
  const which = caches.length === 1 ? `The ${caches[0]} cache now uses` : `The caches ${caches.join(', ')} now use`;
  writeLine(terminal.out, `${which} the engine ${engine} with a window of ${windowSeconds} s.`);
  writeLine(
    terminal.err,
    whatNext(caches.length, `COINCIDENCE_ENGINE=${engine} and COINCIDENCE_THRESHOLD=${windowSeconds}`),
  );
}

function whatNext(switched: number, setting: string): string {
  return switched < CACHE_NAMES.length
    ? `The server starts only if all caches agree with its configuration: switch the others too, then set ${setting}.`
    : `Start the server with ${setting}: with other values it does not start.`;
}
