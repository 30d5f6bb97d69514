import type { AlertWithDeliveries } from '../state/alerts.js';

/** How an alert reached its destinations. */
export function Deliveries({ alert: { deliveries } }: { alert: AlertWithDeliveries }) {
  if (deliveries === undefined) return <span class="minor">…</span>;
  if (deliveries.length === 0) return <span class="minor">none</span>;
  return <span>{deliveries.length}</span>;
}
