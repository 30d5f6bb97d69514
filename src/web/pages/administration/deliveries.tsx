import { useState } from 'preact/hooks';
import type { components } from '../../../client/index.js';
import { DataTable } from '../../parts/data-table.js';
import { DeliveryState } from '../../parts/deliveries.js';
import { Loaded } from '../../parts/note.js';
import { Utc } from '../../parts/utc.js';
import { useResource } from '../../state/resource.js';
import { linkTo } from '../../state/route.js';
import { access, answered, server } from '../../state/server.js';
import { Outcome, useAction } from './action.js';

type DeliveryRecord = components['schemas']['DeliveryRecord'];
type State = DeliveryRecord['state'];

const SHOWN = 200;
const EVERY_MILLISECONDS = 5_000;
const CHOICES: readonly { readonly name: string; readonly state: State | undefined; readonly none: string }[] = [
  { name: 'Failed', state: 'failed', none: 'No delivery has failed.' },
  { name: 'Pending', state: 'waiting', none: 'No delivery is pending.' },
  { name: 'Delivered', state: 'delivered', none: 'Nothing has been delivered yet.' },
  {
    name: 'All',
    state: undefined,
    none: 'There are no deliveries. Alerts are delivered if e-mail, Slack or GCN is configured.',
  },
];

/** Deliveries of alerts by e-mail, to Slack and to GCN, which can be sent again. */
export function DeliveryRecords() {
  const [choice, setChoice] = useState(CHOICES[0]);
  const { data, error, reload } = useResource(
    (signal) => {
      const query = { limit: SHOWN, ...(choice?.state === undefined ? {} : { state: choice.state }) };
      return answered(server.peek().GET('/v1/admin/deliveries', { params: { query }, signal }));
    },
    [`${access.value?.key_id} ${choice?.name}`],
    { every: EVERY_MILLISECONDS },
  );
  const action = useAction();
  const resend = (id: number) =>
    action.run(async () => {
      await answered(server.peek().POST('/v1/admin/deliveries/{id}/resend', { params: { path: { id } } }));
      reload();
      return `Delivery ${id} is sent again.`;
    });
  return (
    <>
      <h1>Deliveries</h1>
      <p class="lead">
        Deliveries of alerts by e-mail, to Slack and to GCN. Deliveries to Kafka are shown with each alert.
      </p>
      <fieldset class="choices">
        <legend class="unseen-text">State of the deliveries</legend>
        {CHOICES.map((one) => (
          <button key={one.name} type="button" aria-pressed={one === choice} onClick={() => setChoice(one)}>
            {one.name}
          </button>
        ))}
      </fieldset>
      <Outcome action={action} />
      <Loaded data={data} error={error}>
        {(page) => (
          <DeliveryTable deliveries={page.items} empty={choice?.none} isBusy={action.isRunning} onResend={resend} />
        )}
      </Loaded>
    </>
  );
}

interface DeliveryTableProps {
  readonly deliveries: readonly DeliveryRecord[];
  readonly empty: string | undefined;
  readonly isBusy: boolean;
  onResend(id: number): void;
}

function DeliveryTable({ deliveries, empty, isBusy, onResend }: DeliveryTableProps) {
  return (
    <DataTable
      caption="Deliveries, the newest first"
      columns={[
        { head: 'Id', cell: ({ id }) => id },
        { head: 'To', cell: ({ sink }) => sink },
        { head: 'Event', cell: ({ event_id }) => <a href={linkTo('events', event_id)}>{event_id}</a> },
        { head: 'State', cell: ({ state }) => <DeliveryState state={state} /> },
        { head: 'Tries', isNumeric: true, cell: ({ tries }) => tries },
        { head: 'Created (UTC)', cell: ({ created_at }) => <Utc value={created_at} ago /> },
        { head: 'Last error', cell: ({ last_error }) => <bdi>{last_error ?? 'none'}</bdi> },
        {
          head: 'Send again',
          cell: ({ id, state }) => (
            <button type="button" disabled={isBusy || state === 'sending'} onClick={() => onResend(id)}>
              Send again<span class="unseen-text">, delivery {id}</span>
            </button>
          ),
        },
      ]}
      rows={deliveries}
      keyOf={({ id }) => id}
      empty={empty}
    />
  );
}
