import { type Command, InvalidArgumentError } from 'commander';
import type { components } from '../../client/index.js';
import type { CommandContext } from '../context.js';
import { answered, connect, type ServerOptions, withServerOptions } from '../server.js';
import { printable, toJson, writeLine } from '../terminal.js';

type Detector = components['schemas']['Detector'];

interface AddOptions extends ServerOptions {
  readonly id: number;
  readonly fullName: string;
  readonly type: string;
  readonly site: string;
  readonly latitude: number;
  readonly longitude: number;
}

type ChangeOptions = ServerOptions & Partial<AddOptions>;

const EXAMPLE = `
Example:
  $ snews detectors add Theia --id 23 --full-name Theia-25 --type "hybrid scintillator" \\
      --site "Lead, USA" --latitude 44.35 --longitude -103.75
Then make a key for it: snews keys create --role detector --detector Theia`;

/** Adds the commands that add and change detectors. */
export function addDetectorEntries(detectors: Command, context: CommandContext): void {
  withServerOptions(
    detectors
      .command('add')
      .description('add a detector, with immediate effect; requires an admin key')
      .argument('<name>', 'the name under which it sends messages; it cannot be changed')
      .requiredOption('--id <number>', 'the number of the detector in the collaboration', readNumber)
      .requiredOption('--full-name <text>', 'the full name')
      .requiredOption('--type <text>', 'the type of detector')
      .requiredOption('--site <text>', 'the site')
      .requiredOption('--latitude <degrees>', 'latitude, north positive', readNumber)
      .requiredOption('--longitude <degrees>', 'longitude, east positive', readNumber)
      .addHelpText('after', EXAMPLE)
      .action(async (name: string, options: AddOptions) => await add(context, name, options)),
  );

  withServerOptions(
    detectors
      .command('change')
      .description('change the description of a detector; values that are not given stay; requires an admin key')
      .argument('<name>', 'the detector')
      .option('--id <number>', 'the number of the detector in the collaboration', readNumber)
      .option('--full-name <text>', 'the full name')
      .option('--type <text>', 'the type of detector')
      .option('--site <text>', 'the site')
      .option('--latitude <degrees>', 'latitude, north positive', readNumber)
      .option('--longitude <degrees>', 'longitude, east positive', readNumber)
      .addHelpText('after', '\nExample:\n  $ snews detectors change Theia --latitude 44.36')
      .action(async (name: string, options: ChangeOptions) => await change(context, name, options)),
  );
}

function readNumber(text: string): number {
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It must be a number.');
  return Number(text);
}

async function add(context: CommandContext, name: string, options: AddOptions): Promise<void> {
  const { id, fullName: full_name, type, site, latitude, longitude } = options;
  const body = { name, id, full_name, type, site, latitude, longitude };
  show(
    context,
    options,
    'Added',
    answered(await connect(context, options).client.POST('/v1/admin/detectors', { body })),
  );
}

async function change(context: CommandContext, name: string, options: ChangeOptions): Promise<void> {
  const { id, fullName: full_name, type, site, latitude, longitude } = options;
  const given = Object.entries({ id, full_name, type, site, latitude, longitude }).filter(
    ([, value]) => value !== undefined,
  );
  const body: components['schemas']['DetectorChange'] = Object.fromEntries(given);
  const params = { path: { name } };
  const client = connect(context, options).client;
  show(context, options, 'Changed', answered(await client.PATCH('/v1/admin/detectors/{name}', { params, body })));
}

function show(context: CommandContext, options: ServerOptions, done: string, detector: Detector): void {
  const { name, id, full_name, type, site, latitude, longitude } = detector;
  const place = `${site} (latitude ${latitude}°, longitude ${longitude}°)`;
  const said = printable(`${done} detector ${name}: id ${id}, ${full_name}, ${type}, ${place}.`);
  writeLine(context.terminal.out, options.json === true ? toJson(detector) : said);
}
