import { type Command, Option } from 'commander';
import { CACHE_NAMES, type CacheName } from '../../domain/cache-name.js';
import type { CommandContext } from '../context.js';
import { answered, connect, type ServerOptions, withServerOptions } from '../server.js';
import { printable, toJson, writeLine } from '../terminal.js';

interface MuteOptions extends ServerOptions {
  readonly reason: string;
  readonly cache?: CacheName;
}

const ACTIONS = [
  {
    action: 'mute',
    description: 'exclude the observations of a detector from coincidences',
    help: `
Observations of a muted detector are stored and marked, and are in no sub-group until the detector is unmuted. Its
observations that are in a sub-group leave it, as if they were retracted. Requires an admin key.

Examples:
  $ snews mute XENONnT --reason "calibration until Friday"
  $ snews mute XENONnT --reason "noisy" --cache live`,
  },
  {
    action: 'unmute',
    description: 'include the observations of a muted detector again',
    help: `
Observations that were stored meanwhile are processed in the order in which they were received, which can raise alerts.
Requires an admin key.

Example:
  $ snews unmute XENONnT --reason "calibration is over"`,
  },
] as const;

export function addMuting(program: Command, context: CommandContext): void {
  for (const { action, description, help } of ACTIONS) {
    const command = program
      .command(action)
      .description(description)
      .argument('<detector>', 'the name, as "detectors" shows it')
      .requiredOption('--reason <text>', 'the reason, for the audit log')
      .addOption(new Option('--cache <cache>', 'only in this cache (default: in all three)').choices(CACHE_NAMES))
      .addHelpText('after', help)
      .action(async (name: string, options: MuteOptions) => await change(context, action, name, options));
    withServerOptions(command);
  }
}

async function change(
  context: CommandContext,
  action: 'mute' | 'unmute',
  name: string,
  options: MuteOptions,
): Promise<void> {
  const { out } = context.terminal;
  const { client } = connect(context, options);
  const { reason, cache } = options;
  const body = { reason, ...(cache === undefined ? {} : { cache }) };
  const done = answered(
    await client.POST(`/v1/admin/detectors/{name}/${action}`, { params: { path: { name } }, body }),
  );
  if (options.json === true) return writeLine(out, toJson(done));
  const where = cache === undefined ? 'all caches' : `the ${cache} cache`;
  writeLine(out, `${printable(done.detector_name)} is ${done.muted ? 'muted' : 'no longer muted'} in ${where}.`);
}
