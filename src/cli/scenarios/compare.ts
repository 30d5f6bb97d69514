import type { Alert, SubGroup } from '../../client/index.js';
import type { ExpectedAlert, ExpectedStep, ExpectedSubGroup } from '../../domain/scenarios/scenario.js';
import { elapsed, inSeconds, parseUtc } from '../../domain/time.js';
import { printable } from '../terminal.js';

/** The alerts and sub-groups after an observation, as the server shows them. */
export interface ActualStep {
  readonly alerts: readonly Alert[];
  readonly subGroups: readonly SubGroup[];
}

/** Averages are floating-point numbers. */
const AVERAGE_TOLERANCE = 1e-5;
const DELTA_TOLERANCE = 1e-9;

/** True if the alerts are exactly the expected ones, in order, and so are the rows of the sub-groups. */
export function isAsExpected(expected: ExpectedStep, actual: ActualStep): boolean {
  return (
    isPairwise(expected.alerts, actual.alerts, isSameAlert) &&
    isPairwise(
      expected.subGroups,
      actual.subGroups,
      (subGroup, shown) =>
        subGroup.number === shown.number &&
        isPairwise(
          subGroup.rows,
          shown.rows,
          (row, shownRow) =>
            row.id === shownRow.id && isClose(row.neutrino_time_delta, shownRow.neutrino_time_delta, DELTA_TOLERANCE),
        ),
    )
  );
}

function isSameAlert(expected: ExpectedAlert, actual: Alert): boolean {
  return (
    expected.alert_type === actual.alert_type &&
    expected.sub_group === actual.sub_group &&
    isPairwise(expected.detector_names, actual.detector_names, Object.is) &&
    isPairwise(expected.neutrino_times, actual.neutrino_times, (a, b) => parseUtc(a) === parseUtc(b)) &&
    isPairwise(expected.p_values, actual.p_values, Object.is) &&
    isClose(expected.p_values_average, actual.p_values_average, AVERAGE_TOLERANCE)
  );
}

function isPairwise<A, B>(as: readonly A[], bs: readonly B[], isSame: (a: A, b: B) => boolean): boolean {
  return as.length === bs.length && as.every((a, i) => isSame(a, bs[i] as B));
}

function isClose(a: number | null, b: number | null, tolerance: number): boolean {
  return a === null || b === null ? a === b : Math.abs(a - b) <= tolerance;
}

/** The alerts and sub-groups of a step as text, a line each. */
export function stepText({ alerts, subGroups }: ExpectedStep | ActualStep): string {
  return [...alerts.map(alertText), ...subGroups.map(subGroupText)].join('\n');
}

/** `alert COINC_MSG of 1: Baksan +0, JUNO +3`, in seconds. */
function alertText({ alert_type, sub_group, detector_names, neutrino_times }: ExpectedAlert | Alert): string {
  const times = neutrino_times.map(parseUtc);
  const rows = times.map((time, i) => `${detector_names[i]} +${inSeconds(elapsed(times[0] ?? time, time))}`);
  return printable(`alert ${alert_type} of ${sub_group}: ${rows.join(', ')}`);
}

/** `sub-group 1: Baksan 003 +0, JUNO 002 +3`: a detector may have several observations. */
function subGroupText({ number, rows }: ExpectedSubGroup | SubGroup): string {
  const shown = rows.map(({ id, neutrino_time_delta: delta }) => {
    return `${id.replace('_CoincidenceTier_', ' ')} +${Number(delta.toFixed(9))}`;
  });
  return printable(`sub-group ${number}: ${shown.join(', ')}`);
}
