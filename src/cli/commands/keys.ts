import { type Command, Option } from 'commander';
import type { components } from '../../client/index.js';
import type { CommandContext } from '../context.js';
import { allItems } from '../pages.js';
import { answered, connect, type ServerOptions, withServerOptions } from '../server.js';
import { paintFor, printable, toJson, writeLine } from '../terminal.js';
import { textTable } from '../text-table.js';

type Key = components['schemas']['Key'];
type Role = Key['role'];

/** Some keys name all detectors there are. */
const DETECTORS_WIDTH = 40;

const ROLES: readonly Role[] = ['detector', 'reader', 'admin'];

interface CreateOptions extends ServerOptions {
  readonly name: string;
  readonly role: Role;
  readonly detector: readonly string[];
}

interface ListOptions extends ServerOptions {
  readonly all?: boolean;
}

const HELP = `
All of it asks for an admin key. A detector key sends for the detectors it names and reads; a reader key reads; an
admin key does all.

Examples:
  $ snews keys create --name "Super-K shift" --role detector --detector Super-K
  $ snews keys create --name dashboard --role reader
  $ snews keys list
  $ snews keys revoke 4fz81qk0`;

export function addKeys(program: Command, context: CommandContext): void {
  const keys = program.command('keys').description('make, list and revoke API keys').addHelpText('after', HELP);

  withServerOptions(
    keys
      .command('create')
      .description('make a key; it is shown this once and stored nowhere')
      .requiredOption('--name <text>', 'whose key it is, in words')
      .addOption(new Option('--role <role>', 'what it is for').choices(ROLES).makeOptionMandatory())
      .option('--detector <name>', 'a detector that it may send for; can be repeated', collect, [])
      .addHelpText(
        'after',
        '\nExample:\n  $ snews keys create --name "Super-K shift" --role detector --detector Super-K',
      )
      .action(async (options: CreateOptions) => await create(context, options)),
  );

  withServerOptions(
    keys
      .command('list')
      .description('the keys that hold, by id')
      .option('--all', 'revoked ones too')
      .addHelpText('after', '\nExample:\n  $ snews keys list --all')
      .action(async (options: ListOptions) => await list(context, options)),
  );

  withServerOptions(
    keys
      .command('revoke')
      .description('revoke a key, for good')
      .argument('<id>', 'its id, as "keys list" shows it')
      .addHelpText('after', '\nExample:\n  $ snews keys revoke 4fz81qk0')
      .action(async (id: string, options: ServerOptions) => await revoke(context, id, options)),
  );
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

async function create(context: CommandContext, options: CreateOptions): Promise<void> {
  const { terminal } = context;
  const { name, role, detector } = options;
  const { client } = connect(context, options);
  const made = answered(await client.POST('/v1/admin/keys', { body: { name, role, detectors: [...detector] } }));
  if (options.json === true) return writeLine(terminal.out, toJson(made));
  const paint = paintFor(terminal.err, terminal.env);
  writeLine(terminal.err, `Made the ${role} key ${made.id} (${printable(name)}). Keep it: it is not shown again.`);
  writeLine(terminal.err, paint('dim', 'Its holder sets SNEWS_KEY to it, or sends "Authorization: Bearer <key>".'));
  // Alone on the standard output: SNEWS_KEY=$(snews keys create …)
  writeLine(terminal.out, made.key);
}

async function list(context: CommandContext, options: ListOptions): Promise<void> {
  const { out } = context.terminal;
  const { client } = connect(context, options);
  const keys = await allItems((page) => client.GET('/v1/admin/keys', { params: { query: page } }));
  const shown = options.all === true ? keys : keys.filter(({ revoked_at }) => revoked_at === null);
  if (options.json === true) return writeLine(out, toJson(shown));
  if (shown.length === 0)
    return writeLine(out, 'There are no keys in the database (ADMIN_API_KEY is not one of them).');
  const rows = shown.map((key) => [
    key.id,
    printable(key.name),
    key.role,
    printable(key.detectors.join(', ')),
    `${key.created_at} by ${key.created_by}`,
    ...(options.all === true ? [key.revoked_at ?? ''] : []),
  ]);
  const head = ['id', 'name', 'role', 'detectors', 'made (UTC)', ...(options.all === true ? ['revoked (UTC)'] : [])];
  writeLine(out, textTable(head, rows, [null, null, null, DETECTORS_WIDTH]));
}

async function revoke(context: CommandContext, id: string, options: ServerOptions): Promise<void> {
  const { out } = context.terminal;
  const { client } = connect(context, options);
  const revoked = answered(await client.DELETE('/v1/admin/keys/{id}', { params: { path: { id } } }));
  if (options.json === true) return writeLine(out, toJson(revoked));
  writeLine(
    out,
    `The ${revoked.role} key ${revoked.id} (${printable(revoked.name)}) is revoked since ${revoked.revoked_at}.`,
  );
}
