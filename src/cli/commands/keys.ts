import { type Command, Option } from 'commander';
import type { components } from '../../client/index.js';
import type { CommandContext } from '../context.js';
import { allItems } from '../pages.js';
import { answered, connect, type ServerOptions, withServerOptions } from '../server.js';
import { paintFor, printable, toJson, writeLine } from '../terminal.js';
import { textTable } from '../text-table.js';

type Key = components['schemas']['Key'];
type Role = Key['role'];

/** A key can be for all detectors. */
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
Requires an admin key. A detector key permits sending messages of its detectors and reading, a reader key permits reading,
an admin key permits everything.

Examples:
  $ snews keys create --name "Super-K shift" --role detector --detector Super-K
  $ snews keys create --name dashboard --role reader
  $ snews keys list
  $ snews keys revoke 4fz81qk0`;

export function addKeys(program: Command, context: CommandContext): void {
  const keys = program.command('keys').description('create, list and revoke API keys').addHelpText('after', HELP);

  withServerOptions(
    keys
      .command('create')
      .description('create a key; it is shown once and stored only as a hash')
      .requiredOption('--name <text>', 'a description of the holder')
      .addOption(new Option('--role <role>', 'what the key permits').choices(ROLES).makeOptionMandatory())
      .option('--detector <name>', 'a detector whose messages it may send; can be repeated', collect, [])
      .addHelpText(
        'after',
        '\nExample:\n  $ snews keys create --name "Super-K shift" --role detector --detector Super-K',
      )
      .action(async (options: CreateOptions) => await create(context, options)),
  );

  withServerOptions(
    keys
      .command('list')
      .description('list valid keys, by id')
      .option('--all', 'include revoked keys')
      .addHelpText('after', '\nExample:\n  $ snews keys list --all')
      .action(async (options: ListOptions) => await list(context, options)),
  );

  withServerOptions(
    keys
      .command('revoke')
      .description('revoke a key permanently')
      .argument('<id>', 'the id, as "keys list" shows it')
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
  writeLine(
    terminal.err,
    `Created the ${role} key ${made.id} (${printable(name)}). Store it safely: it is not shown again.`,
  );
  writeLine(terminal.err, paint('dim', 'Set SNEWS_KEY to it, or send it as "Authorization: Bearer <key>".'));
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
    return writeLine(out, 'There are no keys in the database (ADMIN_API_KEY is not stored there).');
  const rows = shown.map((key) => [
    key.id,
    printable(key.name),
    key.role,
    printable(key.detectors.join(', ')),
    `${key.created_at} by ${key.created_by}`,
    ...(options.all === true ? [key.revoked_at ?? ''] : []),
  ]);
  const head = ['id', 'name', 'role', 'detectors', 'created (UTC)', ...(options.all === true ? ['revoked (UTC)'] : [])];
  writeLine(out, textTable(head, rows, [null, null, null, DETECTORS_WIDTH]));
}

async function revoke(context: CommandContext, id: string, options: ServerOptions): Promise<void> {
  const { out } = context.terminal;
  const { client } = connect(context, options);
  const revoked = answered(await client.DELETE('/v1/admin/keys/{id}', { params: { path: { id } } }));
  if (options.json === true) return writeLine(out, toJson(revoked));
  writeLine(
    out,
    `The ${revoked.role} key ${revoked.id} (${printable(revoked.name)}) was revoked at ${revoked.revoked_at}.`,
  );
}
