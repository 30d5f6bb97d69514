import { type Command, Option } from 'commander';
import { CACHE_NAMES, type CacheName } from '../../domain/cache-name.js';
import type { CommandContext } from '../context.js';
import { answered, connect, type ServerOptions, withServerOptions } from '../server.js';
import { printable, toJson, writeLine } from '../terminal.js';

interface MuteOptions extends ServerOptions {
  readonly reason: string;
  readonly cache?: CacheName;
}

const ACTS = [
  {
    act: 'mute',
    description: "keep a detector's observations out of the tables",
    help: `
Its observations are kept and marked, and stand in no table until it is unmuted. Those that stand in one leave it, as
if they were withdrawn. Asks for an admin key.

Examples:
  $ snews mute XENONnT --reason "calibration until Friday"
  $ snews mute XENONnT --reason "noisy" --cache live`,
  },
  {
    act: 'unmute',
    description: "take a detector's observations into the tables again",
    help: `
What was kept meanwhile comes back, in the order in which it was received: that can raise alerts. Asks for an admin key.

Example:
  $ snews unmute XENONnT --reason "calibration is over"`,
  },
] as const;

export function addMuting(program: Command, context: CommandContext): void {
  for (const { act, description, help } of ACTS) {
    const command = program
      .command(act)
      .description(description)
      .argument('<detector>', 'its name, as "detectors" shows it')
      .requiredOption('--reason <text>', 'why, for the record')
      .addOption(new Option('--cache <cache>', 'only there (default: in all three)').choices(CACHE_NAMES))
      .addHelpText('after', help)
      .action(async (name: string, options: MuteOptions) => await change(context, act, name, options));
    withServerOptions(command);
  }
}

async function change(
  context: CommandContext,
  act: 'mute' | 'unmute',
  name: string,
  options: MuteOptions,
): Promise<void> {
  const { out } = context.terminal;
  const { client } = connect(context, options);
  const { reason, cache } = options;
  const body = { reason, ...(cache === undefined ? {} : { cache }) };
  const done = answered(await client.POST(`/v1/admin/detectors/{name}/${act}`, { params: { path: { name } }, body }));
  if (options.json === true) return writeLine(out, toJson(done));
  const where = cache === undefined ? 'all caches' : `the ${cache} cache`;
  writeLine(out, `${printable(done.detector_name)} is ${done.muted ? 'muted' : 'not muted any more'} in ${where}.`);
}
