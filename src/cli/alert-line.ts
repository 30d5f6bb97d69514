import type { Alert } from '../client/index.js';
import { printable } from './terminal.js';

/** One alert in one line: `live #12 COINC_MSG sub-group 0: Super-K 12:34:45.678999123 + XENONnT …`. */
export function alertLine(alert: Alert): string {
  const rows = alert.detector_names.map((name, i) => `${name} ${alert.neutrino_times[i] ?? ''}`);
  return printable(
    `${alert.cache} alert ${alert.sequence} · ${alert.alert_type} · sub-group ${alert.sub_group} · ` +
      `${alert.event_id} · ${rows.join(', ')}`,
  );
}
