import type { Alert, Table } from '../../client/index.js';
import type { ExpectedAlert, ExpectedStep, ExpectedSubGroup } from '../../domain/scenarios/scenario.js';
import { elapsed, inSeconds, parseUtc } from '../../domain/time.js';
import { printable } from '../terminal.js';

/** What came after an observation, as the server shows it. */
export interface CameStep {
  readonly alerts: readonly Alert[];
  readonly tables: readonly Table[];
}

/** Averages are of floating-point numbers. */
const AVERAGE_TOLERANCE = 1e-5;
const DELTA_TOLERANCE = 1e-9;

/** True if exactly the expected alerts came, in order, and the tables are as expected, row by row. */
export function isAsExpected(expected: ExpectedStep, came: CameStep): boolean {
  return (
    isPairwise(expected.alerts, came.alerts, isSameAlert) &&
    isPairwise(
      expected.tables,
      came.tables,
      (table, shown) =>
        table.number === shown.number &&
        isPairwise(
          table.rows,
          shown.rows,
          (row, shownRow) =>
            row.id === shownRow.id && isClose(row.neutrino_time_delta, shownRow.neutrino_time_delta, DELTA_TOLERANCE),
        ),
    )
  );
}

function isSameAlert(expected: ExpectedAlert, came: Alert): boolean {
  return (
    expected.alert_type === came.alert_type &&
    expected.sub_group === came.sub_group &&
    isPairwise(expected.detector_names, came.detector_names, Object.is) &&
    isPairwise(expected.neutrino_times, came.neutrino_times, (a, b) => parseUtc(a) === parseUtc(b)) &&
    isPairwise(expected.p_values, came.p_values, Object.is) &&
    isClose(expected.p_values_average, came.p_values_average, AVERAGE_TOLERANCE)
  );
}

function isPairwise<A, B>(as: readonly A[], bs: readonly B[], isSame: (a: A, b: B) => boolean): boolean {
  return as.length === bs.length && as.every((a, i) => isSame(a, bs[i] as B));
}

function isClose(a: number | null, b: number | null, tolerance: number): boolean {
  return a === null || b === null ? a === b : Math.abs(a - b) <= tolerance;
}

/** What a step's alerts and tables are, for a person: a line each. */
export function stepText({ alerts, tables }: ExpectedStep | CameStep): string {
  return [...alerts.map(alertText), ...tables.map(tableText)].join('\n');
}

/** `alert COINC_MSG of 1: Baksan +0, JUNO +3`, in seconds. */
function alertText({ alert_type, sub_group, detector_names, neutrino_times }: ExpectedAlert | Alert): string {
  const times = neutrino_times.map(parseUtc);
  const rows = times.map((time, i) => `${detector_names[i]} +${inSeconds(elapsed(times[0] ?? time, time))}`);
  return printable(`alert ${alert_type} of ${sub_group}: ${rows.join(', ')}`);
}

/** `table 1: Baksan 003 +0, JUNO 002 +3`: a detector may stand in several messages. */
function tableText({ number, rows }: ExpectedSubGroup | Table): string {
  const shown = rows.map(({ id, neutrino_time_delta: delta }) => {
    return `${id.replace('_CoincidenceTier_', ' ')} +${Number(delta.toFixed(9))}`;
  });
  return printable(`table ${number}: ${shown.join(', ')}`);
}
