import type { components } from '../../client/index.js';
import type { ShownAlert } from '../state/alerts.js';

type Delivery = components['schemas']['Delivery'];

const SINKS: Readonly<Record<Delivery['sink'], string>> = {
  kafka: 'Kafka',
  email: 'E-mail',
  slack: 'Slack',
  gcn: 'GCN',
};
const SIGNS: Readonly<Record<Delivery['state'], string>> = { waiting: '…', sending: '…', delivered: '✓', failed: '✗' };
const STATES: Readonly<Record<Delivery['state'], string>> = {
  waiting: 'pending',
  sending: 'sending',
  delivered: 'delivered',
  failed: 'failed',
};

/** The deliveries of an alert, each with its state and last error. */
export function Deliveries({ alert: { deliveries } }: { alert: ShownAlert }) {
  if (deliveries === undefined) return <span class="minor">unknown</span>;
  if (deliveries.length === 0) return <span class="minor">REST only</span>;
  return (
    <ul class="deliveries">
      {deliveries.map((delivery) => (
        <li key={delivery.sink} class={`delivery-${delivery.state}`} title={detailOf(delivery)}>
          {SINKS[delivery.sink]} <DeliveryState state={delivery.state} />
        </li>
      ))}
    </ul>
  );
}

export function DeliveryState({ state }: Pick<Delivery, 'state'>) {
  return (
    <span class={`delivery-${state}`}>
      <span aria-hidden="true">{SIGNS[state]}</span> {STATES[state]}
    </span>
  );
}

function detailOf({ tries, last_error }: Delivery): string {
  const tried = tries === null ? '' : `${tries} ${tries === 1 ? 'try' : 'tries'}`;
  return [tried, last_error].filter(Boolean).join('; ');
}
