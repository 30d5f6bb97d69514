import { expiryOf, type Import, type Taken } from '../../cache/history/import.js';
import type { ArchivedMessage, ObserveCommand } from '../../domain/commands.js';
import { type Duration, formatUtc, type Instant, inSeconds, subtractDuration } from '../../domain/time.js';
import type { DatabaseRow, SnewsCsDatabase } from './database-file.js';
import { heartbeatOf, observationOf, UnreadableRow } from './messages.js';

/** Rows per transaction: few enough that messages sent meanwhile are not delayed. */
const BATCH = 500;
const MOST_EXAMPLES = 10;

/** What happened to the rows of a table. */
export interface TableReport {
  readonly rows: number;
  /** Times of reception of readable rows; null if there are none. */
  first: string | null;
  last: string | null;
  taken: number;
  known: number;
  conflicting: number;
  /** Observations that would still be active. */
  active: number;
  /** Older than the retention: they would be removed at once. */
  old: number;
  unreadable: number;
  /** Unknown detectors, with their number of rows. */
  readonly unknownDetectors: Record<string, number>;
  /** The first unreadable rows and the reasons. */
  readonly reasons: string[];
}

export interface ImportRules {
  readonly source: string;
  /** The time by this machine's clock. */
  readonly now: Instant;
  readonly expiration: Duration;
  /** The retention of observations and heartbeats. */
  readonly retention: { readonly observations: Duration; readonly heartbeats: Duration };
  /** Nothing is written. */
  readonly isDryRun: boolean;
  /** Receives observations that would still be active. */
  keepActive(command: ObserveCommand): Promise<void>;
  /** Called with the number of processed rows of both tables. */
  progress(done: number): void;
}

export interface ImportReport {
  readonly observations: TableReport;
  readonly heartbeats: TableReport;
}

/** Imports observations and heartbeats of snews_cs. */
export async function importDatabase(
  database: SnewsCsDatabase,
  target: Import,
  rules: ImportRules,
): Promise<ImportReport> {
  const detectors = await target.detectors();
  const observations = emptyReport(database.count('coincidence_tier_archive'));
  const heartbeats = emptyReport(database.count('cached_heartbeats'));
  let done = 0;
  let number = await target.firstNumber(observations.rows);

  const { observations: observationAge, heartbeats: heartbeatAge } = rules.retention;
  const take = reader(detectors, rules, subtractDuration(rules.now, observationAge));
  for (const rows of batches(database.rows('coincidence_tier_archive'))) {
    const read = take(rows, observations, (row) => observationOf(row, rules.source));
    const expired: ObserveCommand[] = [];
    for (const command of read) {
      if (expiryOf(command, rules.expiration) < rules.now) expired.push(command);
      else {
        observations.active++;
        await rules.keepActive(command);
      }
    }
    const outcome = rules.isDryRun ? target.look(expired) : target.observations(expired, number);
    add(observations, await outcome);
    number += rows.length;
    done += rows.length;
    rules.progress(done);
  }

  const takeHeartbeats = reader(detectors, rules, subtractDuration(rules.now, heartbeatAge));
  for (const rows of batches(database.rows('cached_heartbeats'))) {
    const read = takeHeartbeats(rows, heartbeats, (row) => heartbeatOf(row, rules.source));
    add(heartbeats, await (rules.isDryRun ? target.look(read) : target.heartbeats(read)));
    done += rows.length;
    rules.progress(done);
  }
  return { observations, heartbeats };
}

function emptyReport(rows: number): TableReport {
  const counts = { taken: 0, known: 0, conflicting: 0, active: 0, old: 0, unreadable: 0 };
  return { rows, first: null, last: null, ...counts, unknownDetectors: {}, reasons: [] };
}

/** Reads rows, and writes down why some of them are not taken. @param oldest what was received before is not kept */
function reader(detectors: ReadonlySet<string>, { now }: ImportRules, oldest: Instant) {
  return <Command extends ObserveCommand | ArchivedMessage>(
    rows: readonly DatabaseRow[],
    report: TableReport,
    read: (row: DatabaseRow) => Command,
  ): Command[] =>
    rows.flatMap((row) => {
      try {
        const command = read(row);
        const { detectorName, receivedTime } = command;
        if (receivedTime > now) throw new UnreadableRow(`it was received in the future, at ${formatUtc(receivedTime)}`);
        const received = formatUtc(receivedTime);
        if (report.first === null || received < report.first) report.first = received;
        if (report.last === null || received > report.last) report.last = received;
        if (!detectors.has(detectorName)) {
          report.unknownDetectors[detectorName] = (report.unknownDetectors[detectorName] ?? 0) + 1;
          return [];
        }
        if (receivedTime < oldest) {
          report.old++;
          return [];
        }
        return [command];
      } catch (error) {
        if (!(error instanceof UnreadableRow)) throw error;
        report.unreadable++;
        if (report.reasons.length < MOST_EXAMPLES) report.reasons.push(`row ${row.rowid}: ${error.message}`);
        return [];
      }
    });
}

function add(report: TableReport, { taken, known, conflicting }: Taken): void {
  report.taken += taken;
  report.known += known;
  report.conflicting += conflicting;
}

function* batches(rows: Iterable<DatabaseRow>): Generator<DatabaseRow[]> {
  let batch: DatabaseRow[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The report about a table, line by line. */
export function reportLines(what: string, report: TableReport, isDryRun: boolean, expiration: Duration): string[] {
  const unknown = Object.entries(report.unknownDetectors);
  const counts: [number, string][] = [
    // snews_cs has a row for each sub-group of an observation.
    [report.known, 'are already imported, or repeat another row'],
    [report.conflicting, 'have a uuid that is stored with other content: not imported'],
    [report.active, `are younger than ${inSeconds(expiration) / 3600} h and would still be active: not imported`],
    [report.old, 'are older than the retention (OBSERVATION_RETENTION, HEARTBEAT_RETENTION): not imported'],
    ...unknown.map(([name, count]): [number, string] => [
      count,
      `are of the unknown detector ${name} ("snews detectors add"): not imported`,
    ]),
    [report.unreadable, 'are unreadable: not imported'],
  ];
  const period = report.first === null ? '' : `, received from ${report.first} to ${report.last}`;
  return [
    `${report.rows} ${what}${period}: ${report.taken} ${isDryRun ? 'would be imported' : 'imported'}`,
    ...counts.filter(([count]) => count > 0).map(([count, text]) => `  ${count} ${text}`),
    ...report.reasons.map((reason) => `    ${reason}`),
  ];
}

/** The number of rows that should have been imported and were not. */
export function leftOut({ conflicting, unreadable, unknownDetectors }: TableReport): number {
  const unknown = Object.values(unknownDetectors).reduce((sum, count) => sum + count, 0);
  return conflicting + unreadable + unknown;
}
