import type pg from 'pg';
import type { CacheName } from '../domain/cache-name.js';
import type { AlertType, EngineAlert } from '../domain/coincidence/engine.js';
import { formatUtc } from '../domain/time.js';
import type { ShadowAlertView } from '../domain/views.js';

/** The stored alerts of the commands after `after` up to `to`, by command. */
export async function alertsOf(
  client: pg.ClientBase,
  cache: CacheName,
  after: bigint,
  to: bigint,
): Promise<ReadonlyMap<number, readonly ShadowAlertView[]>> {
  const { rows } = await client.query<{
    command: bigint;
    alert_type: AlertType;
    sub_group: number;
    detector_names: string[];
    neutrino_times: string[];
    p_values: (number | null)[];
  }>(
    `SELECT command, alert_type, sub_group, detector_names, neutrino_times, p_values FROM alert
     WHERE cache = $1 AND command > $2 AND command <= $3 ORDER BY sequence`,
    [cache, after, to],
  );
  const found = new Map<number, ShadowAlertView[]>();
  for (const { command, ...alert } of rows) {
    const order = Number(command);
    found.set(order, [...(found.get(order) ?? []), alert]);
  }
  return found;
}

/** An engine's alerts, command by command, as subscribers would have received them. */
export async function viewsOf(
  client: pg.ClientBase,
  cache: CacheName,
  alerts: readonly (readonly EngineAlert[])[],
): Promise<ShadowAlertView[][]> {
  const orders = new Set(alerts.flat().flatMap(({ rows }) => rows.map(({ observation }) => observation.order)));
  const { rows: stored } =
    orders.size === 0
      ? { rows: [] }
      : await client.query<{ command: bigint; p_val: number | null }>(
          'SELECT command, p_val FROM observation WHERE cache = $1 AND command = ANY($2::bigint[])',
          [cache, [...orders]],
        );
  const pValues = new Map(stored.map(({ command, p_val }) => [Number(command), p_val]));
  return alerts.map((ofCommand) =>
    ofCommand.map(({ type, subGroup, rows }) => ({
      alert_type: type,
      sub_group: subGroup,
      detector_names: rows.map(({ observation }) => observation.detector),
      neutrino_times: rows.map(({ observation }) => formatUtc(observation.time)),
      p_values: rows.map(({ observation }) => pValues.get(observation.order) ?? null),
    })),
  );
}
