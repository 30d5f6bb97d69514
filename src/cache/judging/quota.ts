import { type Message, Rejection } from '../../domain/commands.js';
import { type Arrival, untilNextMinute } from '../store/arrival.js';

/** The kinds of messages. Each is counted by itself: a burst of heartbeats must not use up the quota of observations. */
export type QuotaKind = 'observations' | 'retractions' | 'heartbeats' | 'timing series' | 'significance series';

/** The part of a message that the quota reads. */
type Counted = Pick<Message, 'cache' | 'detectorName'>;

/** The number of messages of a kind that a detector has sent in a minute of receipt. */
export interface KindCount {
  readonly kind: QuotaKind;
  readonly detector: string;
  readonly minute: number;
  readonly count: number;
}

/** Counts each detector's messages by kind and minute of receipt, so that a flood from one detector cannot stall the others. */
export class QuotaBook {
  private readonly counts: Map<string, number>;

  constructor(
    /** Messages of a kind per detector and minute; 0: no limit. */
    private readonly quota: number,
    counted: readonly KindCount[],
  ) {
    this.counts = new Map(counted.map(({ kind, detector, minute, count }) => [key(kind, detector, minute), count]));
  }

  /** @throws Refusal if the detector has used up its minute */
  take(kind: QuotaKind, command: Counted, arrival: Arrival): void {
    const place = key(kind, command.detectorName, arrival.minute);
    const count = this.counts.get(place) ?? 0;
    requireQuota(this.quota, kind, command, arrival, count);
    this.counts.set(place, count + 1);
  }
}

/** @throws Refusal if a detector that has sent so many already may send no more in this minute */
export function requireQuota(quota: number, kind: QuotaKind, command: Counted, arrival: Arrival, count: number): void {
  if (quota === 0 || count < quota) return;
  // Archived messages are counted over all caches.
  const where = kind === 'observations' || kind === 'retractions' ? ` to the ${command.cache} cache` : '';
  throw new Rejection(
    'quota',
    `${command.detectorName} has sent ${quota} ${kind}${where} within a minute, which is its quota (DETECTOR_QUOTA): this one was not stored, send it again later`,
    undefined,
    Math.ceil(untilNextMinute(arrival) / 1000),
  );
}

function key(kind: QuotaKind, detector: string, minute: number): string {
  return `${kind} ${minute} ${detector}`;
}
