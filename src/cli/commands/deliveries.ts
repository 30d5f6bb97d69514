import { type Command, InvalidArgumentError, Option } from 'commander';
import type { components } from '../../client/index.js';
import { DESTINATIONS } from '../../domain/views.js';
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
/** The states by their names for people; `waiting` is accepted too. */
const STATES = { pending: 'waiting', sending: 'sending', delivered: 'delivered', failed: 'failed' } as const;
/** Answers of servers can be long. */
const ERROR_WIDTH = 50;

const HELP = `
A delivery sends one alert to one sink: e-mail, Slack or GCN. It is pending until it is delivered, and failed after 24 h
of tries. A failed delivery can be sent again, and so can a delivered one; it keeps its ids. Requires an admin key.

Examples:
  $ snews deliveries list --state failed
  $ snews deliveries list --sink slack --limit 20
  $ snews deliveries resend 42`;

export function addDeliveries(program: Command, context: CommandContext): void {
  const deliveries = program
    .command('deliveries')
    .description('list deliveries of alerts to e-mail, Slack and GCN, and send one again')
    .addHelpText('after', HELP);

  withServerOptions(
    deliveries
      .command('list')
      .description('list deliveries, the newest first')
      .addOption(new Option('--sink <sink>', 'only deliveries to this sink').choices(SINKS))
      .addOption(
        new Option('--state <state>', 'only deliveries in this state')
          .choices(Object.keys(STATES))
          .argParser(readState),
      )
      .option('--alert <id>', 'only deliveries of this alert')
      .addOption(limitOption())
      .addHelpText('after', '\nExample:\n  $ snews deliveries list --state failed')
      .action(async (options: ListOptions) => await list(context, options)),
  );

  withServerOptions(
    deliveries
      .command('resend')
      .description('send a delivery again: now, and for up to 24 h')
      .argument('<id>', 'the id, as "deliveries list" shows it', readId)
      .addHelpText('after', '\nExample:\n  $ snews deliveries resend 42')
      .action(async (id: number, options: ServerOptions) => await resend(context, id, options)),
  );
}

function readState(text: string): Delivery['state'] {
  const state = Object.entries(STATES).find((names) => names.includes(text))?.[1];
  if (state !== undefined) return state;
  throw new InvalidArgumentError(`Allowed choices are ${Object.keys(STATES).join(', ')}.`);
}

function stateText(state: Delivery['state']): string {
  return state === 'waiting' ? 'pending' : state;
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
    stateText(delivery.state),
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
  writeLine(
    out,
    `Delivery ${due.id} (${due.sink}, ${printable(due.event_id)}) is pending again, until ${due.gives_up_at}.`,
  );
}
