import type { components } from '../../client/index.js';
import { elapsed, formatUtc, type Instant, inSeconds, parseUtc } from '../../domain/time.js';

export type EventDetail = components['schemas']['Event'];
export type ShownObservation = components['schemas']['Observation'];
export type ShownTable = components['schemas']['Table'];

/** What a detector saw, as part of an event. */
export interface Sighting {
  readonly uuid: string;
  readonly detector_name: string;
  readonly neutrino_time_utc: string;
  /** SI seconds since the event's first neutrino time. */
  readonly delta: number;
  readonly p_val: number | null;
  /** Places in the event's list of tables: those that it stands in. */
  readonly tables: readonly number[];
  /** Undefined where the server keeps it no longer. */
  readonly state: ShownObservation['state'] | undefined;
  readonly received_time_utc: string | undefined;
  readonly meta: unknown;
}

type Bare = Omit<Sighting, 'delta'>;

/** All that an event's tables hold, and what its alerts told of and no table holds any more; by neutrino time. */
export function sightingsOf(event: EventDetail, observations: readonly ShownObservation[]): readonly Sighting[] {
  const known = new Map(observations.map((observation) => [observation.uuid, observation]));
  const found = new Map<string, Bare>();
  for (const [place, { rows }] of event.sub_groups.entries()) {
    for (const row of rows) {
      const before = found.get(row.uuid);
      const tables = [...(before?.tables ?? []), place];
      found.set(row.uuid, { ...row, tables, state: known.get(row.uuid)?.state });
    }
  }
  const told = toldOf(event);
  for (const observation of observations) {
    if (found.has(observation.uuid) || !told.has(nameAndTime(observation))) continue;
    found.set(observation.uuid, { ...observation, tables: [] });
  }
  const sorted = [...found.values()].sort((a, b) => compare(at(a), at(b)));
  const first = sorted[0];
  return first === undefined ? [] : sorted.map((one) => ({ ...one, delta: inSeconds(elapsed(at(first), at(one))) }));
}

/** The first and the last neutrino time that the event's tables and alerts hold; undefined: it has neither. */
export function boundsOf({
  sub_groups,
  alerts,
}: EventDetail): { readonly from: string; readonly to: string } | undefined {
  const rows = sub_groups.flatMap((table) => table.rows.map(at));
  const times = [...rows, ...alerts.flatMap(({ neutrino_times }) => neutrino_times.map(parseUtc))].sort(compare);
  const [first, last] = [times[0], times.at(-1)];
  return first === undefined || last === undefined ? undefined : { from: formatUtc(first), to: formatUtc(last) };
}

function toldOf({ alerts }: EventDetail): ReadonlySet<string> {
  const told = alerts.flatMap(({ detector_names, neutrino_times }) =>
    neutrino_times.map((time, i) => nameAndTime({ detector_name: detector_names[i] ?? '', neutrino_time_utc: time })),
  );
  return new Set(told);
}

function nameAndTime({
  detector_name,
  neutrino_time_utc,
}: Pick<Sighting, 'detector_name' | 'neutrino_time_utc'>): string {
  return `${neutrino_time_utc} ${detector_name}`;
}

function at({ neutrino_time_utc }: Pick<Sighting, 'neutrino_time_utc'>): Instant {
  return parseUtc(neutrino_time_utc);
}

function compare(a: Instant, b: Instant): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
