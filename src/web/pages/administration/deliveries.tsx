import { useState } from 'preact/hooks';
import type { components } from '../../../client/index.js';
import { DataTable } from '../../parts/data-table.js';
import { DeliveryState } from '../../parts/deliveries.js';
import { Fault, Loading } from '../../parts/note.js';
import { Utc } from '../../parts/utc.js';
import { useResource } from '../../state/resource.js';
import { linkTo } from '../../state/route.js';
import { access, answered, server } from '../../state/server.js';
import { Outcome, useAction } from './action.js';

type State = components['schemas']['DeliveryRecord']['state'];

const SHOWN = 200;
const EVERY_MILLISECONDS = 5_000;
const CHOICES: readonly { readonly name: string; readonly state: State | undefined; readonly none: string }[] = [
  { name: 'Failed', state: 'failed', none: 'No delivery has failed.' },
  { name: 'Waiting', state: 'waiting', none: 'No alert waits for its delivery.' },
  { name: 'Delivered', state: 'delivered', none: 'No alert has been delivered yet.' },
  {
    name: 'All',
    state: undefined,
    none: 'There is none: no alert has come since mail, Slack or GCN was configured, or none of them is.',
  },
];

/** Alerts on their way out by mail, Slack and GCN; what failed can be sent again. */
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
      <p class="lead">Alerts on their way out by mail, Slack and GCN. Kafka’s stand with each alert.</p>
      <fieldset class="choices">
        <legend class="unseen-text">Which deliveries</legend>
        {CHOICES.map((one) => (
          <button key={one.name} type="button" aria-pressed={one === choice} onClick={() => setChoice(one)}>
            {one.name}
          </button>
        ))}
      </fieldset>
      <Outcome action={action} />
      {data === undefined ? (
        error === undefined ? (
          <Loading />
        ) : (
          <Fault error={error} />
        )
      ) : (
        <DataTable
          caption="Deliveries, the newest first"
          columns={[
            { head: 'No.', cell: ({ id }) => id },
            { head: 'To', cell: ({ sink }) => sink },
            { head: 'Event', cell: ({ event_id }) => <a href={linkTo('events', event_id)}>{event_id}</a> },
            { head: 'State', cell: ({ state }) => <DeliveryState state={state} /> },
            { head: 'Tries', isNumeric: true, cell: ({ tries }) => tries },
            { head: 'Since (UTC)', cell: ({ created_at }) => <Utc value={created_at} ago /> },
            { head: 'Last fault', cell: ({ last_error }) => <bdi>{last_error ?? 'none'}</bdi> },
            {
              head: 'Again',
              cell: ({ id, state }) => (
                <button type="button" disabled={action.isRunning || state === 'sending'} onClick={() => resend(id)}>
                  Send again<span class="unseen-text">, delivery {id}</span>
                </button>
              ),
            },
          ]}
          rows={data.items}
          keyOf={({ id }) => id}
          empty={choice?.none}
        />
      )}
    </>
  );
}
