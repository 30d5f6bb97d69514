import type { AlertType } from '../domain/coincidence/engine.js';
import { parseUtc } from '../domain/time.js';
import type { ShadowAlertView, ShadowDifferenceKind } from '../domain/views.js';

/** The comparison of two engines' alerts for one command. */
export interface Comparison {
  /** Undefined: no difference. */
  readonly kind: Exclude<ShadowDifferenceKind, 'fault'> | undefined;
  /** How many alerts have an equal alert on the other side. */
  readonly equal: number;
  /** Alerts without an equal. */
  readonly main: readonly ShadowAlertView[];
  readonly shadow: readonly ShadowAlertView[];
}

/**
 * Two alerts are equal if they have the same type and the same rows: detector, neutrino time to the nanosecond, and
 * p-value. The number of the sub-group and the order of rows or alerts do not count: engines number differently.
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
  const byRows = unmatched(main, shadow, rowsOf);
  return byRows.main.length === 0 && byRows.shadow.length === 0 ? 'other-type' : 'other-rows';
}

/** Removes pairs with the same key. Two equal alerts need two partners. */
function unmatched(
  main: readonly ShadowAlertView[],
  shadow: readonly ShadowAlertView[],
  keyOf: (alert: ShadowAlertView) => string,
) {
  const unpaired = new Map<string, ShadowAlertView[]>();
  for (const alert of shadow) {
    const key = keyOf(alert);
    unpaired.set(key, [...(unpaired.get(key) ?? []), alert]);
  }
  const left = main.filter((alert) => unpaired.get(keyOf(alert))?.shift() === undefined);
  const missed = new Set([...unpaired.values()].flat());
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
