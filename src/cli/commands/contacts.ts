import { type Command, Option } from 'commander';
import type { components } from '../../client/index.js';
import type { CommandContext } from '../context.js';
import { allItems } from '../pages.js';
import { answered, connect, type ServerOptions, withServerOptions } from '../server.js';
import { printable, toJson, writeLine } from '../terminal.js';
import { textTable } from '../text-table.js';
import { readId } from './options.js';

type Contact = components['schemas']['Contact'];

interface Preferences extends ServerOptions {
  readonly alerts?: boolean;
  readonly warnings?: boolean;
}

interface AddOptions extends Preferences {
  readonly name: string;
  readonly email: string;
  readonly detector?: string;
}

interface ListOptions extends ServerOptions {
  readonly detector?: string;
}

interface ChangeOptions extends Preferences {
  readonly name?: string;
  readonly email?: string;
}

const HELP = `
Requires an admin key. A contact of a detector receives its heartbeat feedback, and a warning when a heartbeat is late.
Alerts of the live cache are sent to every contact with --alerts.

Examples:
  $ snews contacts add --name "Super-K shift" --email shift@example.org --detector Super-K
  $ snews contacts add --name "Press office" --email press@example.org --alerts
  $ snews contacts list --detector Super-K
  $ snews contacts change 3 --no-warnings
  $ snews contacts remove 3`;

export function addContacts(program: Command, context: CommandContext): void {
  const contacts = program
    .command('contacts')
    .description('list and change who receives alerts and warnings by e-mail')
    .addHelpText('after', HELP);

  withServerOptions(
    withPreferences(
      contacts
        .command('add')
        .description('add a contact')
        .requiredOption('--name <text>', 'the name of the person or group')
        .requiredOption('--email <address>', 'the e-mail address')
        .option('--detector <name>', 'the detector to which the contact belongs'),
    )
      .addHelpText(
        'after',
        '\nExample:\n  $ snews contacts add --name shift --email shift@example.org --detector Super-K',
      )
      .action(async (options: AddOptions) => await add(context, options)),
  );

  withServerOptions(
    contacts
      .command('list')
      .description('list contacts, by id')
      .option('--detector <name>', 'only contacts of this detector')
      .addHelpText('after', '\nExample:\n  $ snews contacts list --detector Super-K')
      .action(async (options: ListOptions) => await list(context, options)),
  );

  withServerOptions(
    withPreferences(
      contacts
        .command('change')
        .description('change a contact; values that are not given stay')
        .argument('<id>', 'the id, as "contacts list" shows it', readId)
        .option('--name <text>', 'the name of the person or group')
        .option('--email <address>', 'the e-mail address'),
    )
      .addHelpText('after', '\nExample:\n  $ snews contacts change 3 --email night-shift@example.org')
      .action(async (id: number, options: ChangeOptions) => await change(context, id, options)),
  );

  withServerOptions(
    contacts
      .command('remove')
      .description('remove a contact permanently')
      .argument('<id>', 'the id, as "contacts list" shows it', readId)
      .addHelpText('after', '\nExample:\n  $ snews contacts remove 3')
      .action(async (id: number, options: ServerOptions) => await remove(context, id, options)),
  );
}

function withPreferences(command: Command): Command {
  return command
    .addOption(new Option('--alerts', 'receives alerts of the live cache'))
    .addOption(new Option('--no-alerts', 'receives no alerts'))
    .addOption(new Option('--warnings', 'receives warnings about late heartbeats and a quiet network'))
    .addOption(new Option('--no-warnings', 'receives no warnings'));
}

/** The preferences that the options set. */
function preferencesOf({ alerts, warnings }: Preferences) {
  return {
    ...(alerts === undefined ? {} : { wants_alerts: alerts }),
    ...(warnings === undefined ? {} : { wants_warnings: warnings }),
  };
}

async function add(context: CommandContext, options: AddOptions): Promise<void> {
  const { name, email, detector } = options;
  const body = {
    name,
    email,
    ...(detector === undefined ? {} : { detector_name: detector }),
    ...preferencesOf(options),
  };
  show(
    context,
    options,
    'Added',
    answered(await connect(context, options).client.POST('/v1/admin/contacts', { body })),
  );
}

async function list(context: CommandContext, options: ListOptions): Promise<void> {
  const { out } = context.terminal;
  const { client } = connect(context, options);
  const filter = options.detector === undefined ? {} : { detector_name: options.detector };
  const contacts = await allItems((page) =>
    client.GET('/v1/admin/contacts', { params: { query: { ...filter, ...page } } }),
  );
  if (options.json === true) return writeLine(out, toJson(contacts));
  if (contacts.length === 0) return writeLine(out, 'There are no contacts.');
  const rows = contacts.map((contact) => [
    String(contact.id),
    printable(contact.detector_name ?? ''),
    printable(contact.name),
    printable(contact.email),
    contact.wants_alerts ? 'yes' : 'no',
    contact.wants_warnings ? 'yes' : 'no',
  ]);
  writeLine(out, textTable(['id', 'detector', 'name', 'e-mail', 'alerts', 'warnings'], rows));
}

async function change(context: CommandContext, id: number, options: ChangeOptions): Promise<void> {
  const { name, email } = options;
  const body = {
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    ...preferencesOf(options),
  };
  const client = connect(context, options).client;
  const params = { path: { id } };
  show(context, options, 'Changed', answered(await client.PATCH('/v1/admin/contacts/{id}', { params, body })));
}

async function remove(context: CommandContext, id: number, options: ServerOptions): Promise<void> {
  const client = connect(context, options).client;
  const removed = answered(await client.DELETE('/v1/admin/contacts/{id}', { params: { path: { id } } }));
  show(context, options, 'Removed', removed);
}

function show(context: CommandContext, options: ServerOptions, done: string, contact: Contact): void {
  const { id, detector_name: detector, name, email } = contact;
  const of = detector === null ? '' : ` of ${detector}`;
  const said = printable(`${done} contact ${id}${of}: ${name} <${email}>.`);
  writeLine(context.terminal.out, options.json === true ? toJson(contact) : said);
}
