import type { components } from '../../client/index.js';
import { elapsed, formatUtc, type Instant, inSeconds, parseUtc } from '../../domain/time.js';

export type EventDetail = components['schemas']['Event'];
export type ShownObservation = components['schemas']['Observation'];
export type ShownSubGroup = components['schemas']['Table'];

/** An observation of an event. */
export interface EventObservation {
  readonly uuid: string;
  readonly detector_name: string;
  readonly neutrino_time_utc: string;
  /** SI seconds since the event's first neutrino time. */
  readonly delta: number;
  readonly p_val: number | null;
  /** Indexes of its sub-groups in the event's list. */
  readonly subGroups: readonly number[];
  /** Undefined if it is no longer stored. */
  readonly state: ShownObservation['state'] | undefined;
  readonly received_time_utc: string | undefined;
  readonly meta: unknown;
}

type Bare = Omit<EventObservation, 'delta'>;

/** The observations of an event's sub-groups, and those of its alerts that are in no sub-group now; by neutrino time. */
export function observationsOf(
  event: EventDetail,
  observations: readonly ShownObservation[],
): readonly EventObservation[] {
  const known = new Map(observations.map((observation) => [observation.uuid, observation]));
  const found = new Map<string, Bare>();
  for (const [place, { rows }] of event.sub_groups.entries()) {
    for (const row of rows) {
      const before = found.get(row.uuid);
      const subGroups = [...(before?.subGroups ?? []), place];
      found.set(row.uuid, { ...row, subGroups, state: known.get(row.uuid)?.state });
    }
  }
  const alerted = alertedObservations(event);
  for (const observation of observations) {
    if (found.has(observation.uuid) || !alerted.has(nameAndTime(observation))) continue;
    found.set(observation.uuid, { ...observation, subGroups: [] });
  }
  const sorted = [...found.values()].sort((a, b) => compare(at(a), at(b)));
  const first = sorted[0];
  return first === undefined ? [] : sorted.map((one) => ({ ...one, delta: inSeconds(elapsed(at(first), at(one))) }));
}

/** The first and the last neutrino time of the event's sub-groups and alerts; undefined if it has neither. */
export function boundsOf({
  sub_groups,
  alerts,
}: EventDetail): { readonly from: string; readonly to: string } | undefined {
  const rows = sub_groups.flatMap((subGroup) => subGroup.rows.map(at));
  const times = [...rows, ...alerts.flatMap(({ neutrino_times }) => neutrino_times.map(parseUtc))].sort(compare);
  const [first, last] = [times[0], times.at(-1)];
  return first === undefined || last === undefined ? undefined : { from: formatUtc(first), to: formatUtc(last) };
}

function alertedObservations({ alerts }: EventDetail): ReadonlySet<string> {
  const names = alerts.flatMap(({ detector_names, neutrino_times }) =>
    neutrino_times.map((time, i) => nameAndTime({ detector_name: detector_names[i] ?? '', neutrino_time_utc: time })),
  );
  return new Set(names);
}

function nameAndTime({
  detector_name,
  neutrino_time_utc,
}: Pick<EventObservation, 'detector_name' | 'neutrino_time_utc'>): string {
  return `${neutrino_time_utc} ${detector_name}`;
}

function at({ neutrino_time_utc }: Pick<EventObservation, 'neutrino_time_utc'>): Instant {
  return parseUtc(neutrino_time_utc);
}

function compare(a: Instant, b: Instant): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
