import type { Command } from 'commander';
import type { components } from '../../client/index.js';
import type { CommandContext } from '../context.js';
import { CliError } from '../exit.js';
import { allItems, itemsOf } from '../pages.js';
import { answered, connect, type ServerConnection, type ServerOptions, withServerOptions } from '../server.js';
import { printable, toJson, writeLine } from '../terminal.js';
import { textTable } from '../text-table.js';
import { limitOption, readId } from './options.js';

type DeadLetter = components['schemas']['DeadLetter'];

interface ListOptions extends ServerOptions {
  readonly limit: number;
}

const DETAIL_WIDTH = 60;

const HELP = `
A dead letter is a Kafka record that could not be read or was rejected, with the reason. Requires an admin key.
A retry processes the record as if it were received now. It keeps its uuid, so a message that was accepted before has no
second effect.

Examples:
  $ snews dead-letters list
  $ snews dead-letters show 17
  $ snews dead-letters retry 17`;

export function addDeadLetters(program: Command, context: CommandContext): void {
  const letters = program
    .command('dead-letters')
    .description('list rejected records of Kafka, and retry one')
    .addHelpText('after', HELP);

  withServerOptions(
    letters
      .command('list')
      .description('list dead letters, the newest first')
      .addOption(limitOption())
      .addHelpText('after', '\nExample:\n  $ snews dead-letters list --limit 20')
      .action(async (options: ListOptions) => await list(context, options)),
  );

  withServerOptions(
    letters
      .command('show')
      .description('show a dead letter, with the beginning of its content')
      .argument('<id>', 'the id, as "dead-letters list" shows it', readId)
      .addHelpText('after', '\nExample:\n  $ snews dead-letters show 17')
      .action(async (id: number, options: ServerOptions) => await show(context, id, options)),
  );

  withServerOptions(
    letters
      .command('retry')
      .alias('replay')
      .description('process a dead letter again')
      .argument('<id>', 'the id, as "dead-letters list" shows it', readId)
      .addHelpText('after', '\nExample:\n  $ snews dead-letters retry 17')
      .action(async (id: number, options: ServerOptions) => await retry(context, id, options)),
  );
}

function ask({ client }: ServerConnection) {
  return (page: { limit: number; cursor?: string }) =>
    client.GET('/v1/admin/dead-letters', { params: { query: page } });
}

async function list(context: CommandContext, options: ListOptions): Promise<void> {
  const { out } = context.terminal;
  const letters = await allItems(ask(connect(context, options)), options.limit);
  if (options.json === true) return writeLine(out, toJson(letters));
  if (letters.length === 0) return writeLine(out, 'There are no dead letters.');
  const rows = letters.map((letter) => [
    String(letter.id),
    printable(`${letter.topic} ${letter.partition}:${letter.offset}`),
    letter.received_time_utc,
    letter.reason,
    printable(letter.detail),
    letter.replayed_at ?? '',
  ]);
  const head = ['id', 'topic, partition:offset', 'received (UTC)', 'reason', 'detail', 'retried (UTC)'];
  writeLine(out, textTable(head, rows, [null, null, null, null, DETAIL_WIDTH]));
}

async function show(context: CommandContext, id: number, options: ServerOptions): Promise<void> {
  const { out } = context.terminal;
  const letter = await find(connect(context, options), id);
  if (options.json === true) return writeLine(out, toJson(letter));
  for (const [name, value] of Object.entries(letter)) writeLine(out, `${name}: ${printable(String(value ?? ''))}`);
}

/** The list begins with the newest. @throws CliError if there is no such dead letter */
async function find(server: ServerConnection, id: number): Promise<DeadLetter> {
  for await (const letter of itemsOf(ask(server))) {
    if (letter.id === id) return letter;
    if (letter.id < id) break;
  }
  throw new CliError(`There is no dead letter ${id}: "snews dead-letters list" shows all of them.`);
}

async function retry(context: CommandContext, id: number, options: ServerOptions): Promise<void> {
  const { out } = context.terminal;
  const { client } = connect(context, options);
  const done = answered(await client.POST('/v1/admin/dead-letters/{id}/replay', { params: { path: { id } } }));
  if (options.json === true) return writeLine(out, toJson(done));
  writeLine(out, `Dead letter ${done.id} was processed.`);
}
