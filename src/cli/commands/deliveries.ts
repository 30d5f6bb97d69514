import { type Command, Option } from 'commander';
import type { components } from '../../client/index.js';
import { DELIVERY_STATES, DESTINATIONS } from '../../domain/views.js';
import type { CommandContext } from '../context.js';
import { allItems } from '../pages.js';
import { answered, connect, type ServerConnection, type ServerOptions, withServerOptions } from '../server.js';
import { printable, toJson, writeLine } from '../terminal.js';
import { textTable } from '../text-table.js';
import { limitOption, readId } from './options.js';

type Delivery = components['schemas']['DeliveryRecord'];

interface ListOptions extends ServerOptions {
  readonly sink?: Delivery['sink'];
  readonly state?: Delivery['state'];
  readonly alert?: string;
  readonly limit: number;
}

const SINKS = DESTINATIONS.filter((destination) => destination !== 'kafka');
/** What servers answer can be long. */
const ERROR_WIDTH = 50;

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
      .addOption(limitOption())
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

async function newest({ client }: ServerConnection, { sink, state, alert, limit }: ListOptions): Promise<Delivery[]> {
  const filter = {
    ...(sink === undefined ? {} : { sink }),
    ...(state === undefined ? {} : { state }),
    ...(alert === undefined ? {} : { alert_id: alert }),
  };
  return await allItems(
    (page) => client.GET('/v1/admin/deliveries', { params: { query: { ...filter, ...page } } }),
    limit,
  );
}

async function resend(context: CommandContext, id: number, options: ServerOptions): Promise<void> {
  const { out } = context.terminal;
  const { client } = connect(context, options);
  const due = answered(await client.POST('/v1/admin/deliveries/{id}/resend', { params: { path: { id } } }));
  if (options.json === true) return writeLine(out, toJson(due));
  writeLine(out, `Delivery ${due.id} (${due.sink}, ${printable(due.event_id)}) is due now, until ${due.gives_up_at}.`);
}
