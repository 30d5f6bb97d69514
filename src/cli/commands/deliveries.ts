import { type Command, InvalidArgumentError, Option } from 'commander';
import type { components } from '../../client/index.js';
import { DELIVERY_STATES, DESTINATIONS } from '../../domain/views.js';
import type { CommandContext } from '../context.js';
import { answered, type Connection, connectTo, type ServerOptions, withServerOptions } from '../server.js';
import { printable, toJson, writeLine } from '../terminal.js';
import { textTable } from '../text-table.js';

type Delivery = components['schemas']['DeliveryRecord'];
type Page = components['schemas']['DeliveryPage'];

interface ListOptions extends ServerOptions {
  readonly sink?: Delivery['sink'];
  readonly state?: Delivery['state'];
  readonly alert?: string;
  readonly limit: number;
}

const SINKS = DESTINATIONS.filter((destination) => destination !== 'kafka');
/** What servers answer can be long. */
const ERROR_WIDTH = 50;
const PAGE = 1_000;

const HELP = `
How alerts fared on their ways to people, by mail, Slack and GCN. All of it asks for an admin key. A delivery is tried for
24 h; one that failed can be sent again, and so can one that was delivered: it goes out with the same ids then.

Examples:
  $ snews deliveries list --state failed
  $ snews deliveries list --sink slack --limit 20
  $ snews deliveries resend 42`;

export function addDeliveries(program: Command, context: CommandContext): void {
  const deliveries = program
    .command('deliveries')
    .description('list deliveries of alerts, and send one again')
    .addHelpText('after', HELP);

  withServerOptions(
    deliveries
      .command('list')
      .description('deliveries, the newest first')
      .addOption(new Option('--sink <sink>', 'only those to it').choices(SINKS))
      .addOption(new Option('--state <state>', 'only those in it').choices(DELIVERY_STATES))
      .option('--alert <id>', 'only those of one alert')
      .addOption(new Option('--limit <number>', 'at most so many').argParser(readLimit).default(100))
      .addHelpText('after', '\nExample:\n  $ snews deliveries list --state failed')
      .action(async (options: ListOptions) => await list(context, options)),
  );

  withServerOptions(
    deliveries
      .command('resend')
      .description('make a delivery due now, for another 24 h')
      .argument('<id>', 'its number, as "deliveries list" shows it', readId)
      .addHelpText('after', '\nExample:\n  $ snews deliveries resend 42')
      .action(async (id: number, options: ServerOptions) => await resend(context, id, options)),
  );
}

function readLimit(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number, from 1.');
}

function readId(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be the number of a delivery.');
}

function connect(context: CommandContext, options: ServerOptions): Connection {
  const server = connectTo(options);
  context.worksWith(server.url, server.key !== undefined);
  return server;
}

async function list(context: CommandContext, options: ListOptions): Promise<void> {
  const { out } = context.terminal;
  const found = await newest(connect(context, options), options);
  if (options.json === true) return writeLine(out, toJson(found));
  if (found.length === 0) return writeLine(out, 'There are no such deliveries.');
  const rows = found.map((delivery) => [
    String(delivery.id),
    delivery.sink,
    `${printable(delivery.event_id)}\n${delivery.alert_id}`,
    delivery.state,
    String(delivery.tries),
    delivery.delivered_at ?? (delivery.next_try_at === null ? '' : `next try ${delivery.next_try_at}`),
    printable(delivery.last_error ?? ''),
  ]);
  const head = ['id', 'sink', 'event, alert', 'state', 'tries', 'delivered (UTC)', 'last error'];
  writeLine(out, textTable(head, rows, [null, null, null, null, null, null, ERROR_WIDTH]));
}

async function newest({ client }: Connection, { sink, state, alert, limit }: ListOptions): Promise<Delivery[]> {
  const filter = {
    ...(sink === undefined ? {} : { sink }),
    ...(state === undefined ? {} : { state }),
    ...(alert === undefined ? {} : { alert_id: alert }),
  };
  const found: Delivery[] = [];
  let from: { cursor?: string } | undefined = {};
  while (from !== undefined && found.length < limit) {
    const query = { ...filter, limit: Math.min(PAGE, limit - found.length), ...from };
    const page: Page = answered(await client.GET('/v1/admin/deliveries', { params: { query } }));
    found.push(...page.items);
    from = page.next_cursor === null ? undefined : { cursor: page.next_cursor };
  }
  return found;
}

async function resend(context: CommandContext, id: number, options: ServerOptions): Promise<void> {
  const { out } = context.terminal;
  const { client } = connect(context, options);
  const due = answered(await client.POST('/v1/admin/deliveries/{id}/resend', { params: { path: { id } } }));
  if (options.json === true) return writeLine(out, toJson(due));
  writeLine(out, `Delivery ${due.id} (${due.sink}, ${printable(due.event_id)}) is due now, until ${due.gives_up_at}.`);
}
