import type { AlertType } from '../domain/coincidence/engine.js';
import { parseUtc } from '../domain/time.js';
import type { ShadowAlertView, ShadowDifferenceKind } from '../domain/views.js';

/** What two engines said of one command. */
export interface Comparison {
  /** Undefined: the same. */
  readonly kind: Exclude<ShadowDifferenceKind, 'fault'> | undefined;
  /** How many alerts have an equal on the other side. */
  readonly equal: number;
  /** Those that have none. */
  readonly main: readonly ShadowAlertView[];
  readonly shadow: readonly ShadowAlertView[];
}

/**
 * Two alerts are equal if they have the same type and the same rows: detector, neutrino time to the nanosecond, and
 * p-value. Neither the number of the sub-group nor the order of rows or alerts counts: engines count differently.
 */
export function compare(main: readonly ShadowAlertView[], shadow: readonly ShadowAlertView[]): Comparison {
  const left = unmatched(main, shadow, ofTypeAndRows);
  const rest = { equal: main.length - left.main.length, ...left };
  return { kind: kindOf(left.main, left.shadow), ...rest };
}

function kindOf(main: readonly ShadowAlertView[], shadow: readonly ShadowAlertView[]): Comparison['kind'] {
  if (main.length === 0 && shadow.length === 0) return undefined;
  if (shadow.length === 0) return 'main-only';
  if (main.length === 0) return 'shadow-only';
  const tables = unmatched(main, shadow, rowsOf);
  return tables.main.length === 0 && tables.shadow.length === 0 ? 'other-type' : 'other-rows';
}

/** Takes out pairs with the same key; an alert that comes twice needs two. */
function unmatched(
  main: readonly ShadowAlertView[],
  shadow: readonly ShadowAlertView[],
  keyOf: (alert: ShadowAlertView) => string,
) {
  const waiting = new Map<string, ShadowAlertView[]>();
  for (const alert of shadow) {
    const key = keyOf(alert);
    waiting.set(key, [...(waiting.get(key) ?? []), alert]);
  }
  const left = main.filter((alert) => waiting.get(keyOf(alert))?.shift() === undefined);
  const missed = new Set([...waiting.values()].flat());
  return { main: left, shadow: shadow.filter((alert) => missed.has(alert)) };
}

function ofTypeAndRows(alert: ShadowAlertView): `${AlertType} ${string}` {
  return `${alert.alert_type} ${rowsOf(alert)}`;
}

function rowsOf({ detector_names, neutrino_times, p_values }: ShadowAlertView): string {
  const rows = detector_names.map((detector, i) =>
    JSON.stringify([detector, parseUtc(neutrino_times[i] ?? '').toString(), p_values[i]]),
  );
  return rows.sort().join();
}
