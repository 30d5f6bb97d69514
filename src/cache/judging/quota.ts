import { type Message, Refusal } from '../../domain/commands.js';
import { toPosixMilliseconds } from '../../domain/time.js';

const MINUTE_MILLISECONDS = 60_000;

/** What is counted, each kind by itself: a burst of heartbeats must not use up what is there for observations. */
export type QuotaKind = 'observations' | 'retractions' | 'heartbeats' | 'timing series' | 'significance series';

/** What the quota needs of a message. */
type Counted = Pick<Message, 'receivedTime' | 'cache'> & { readonly detectorName: string };

/** POSIX minute of a message's receipt. */
export function minuteOf(command: Pick<Counted, 'receivedTime'>): number {
  return Math.floor(toPosixMilliseconds(command.receivedTime) / MINUTE_MILLISECONDS);
}

/** How many messages of a kind a detector has sent in a minute of receipt. */
export interface KindCount {
  readonly kind: QuotaKind;
  readonly detector: string;
  readonly minute: number;
  readonly count: number;
}

/** Counts each detector's messages per kind and minute of receipt, so that one that floods can't stall the others. */
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
  take(kind: QuotaKind, command: Counted): void {
    const minute = minuteOf(command);
    const place = key(kind, command.detectorName, minute);
    const count = this.counts.get(place) ?? 0;
    requireQuota(this.quota, kind, command, count);
    this.counts.set(place, count + 1);
  }
}

/** @throws Refusal if a detector that has sent so many already may send no more in this minute */
export function requireQuota(quota: number, kind: QuotaKind, command: Counted, count: number): void {
  if (quota === 0 || count < quota) return;
  const rest = (minuteOf(command) + 1) * MINUTE_MILLISECONDS - toPosixMilliseconds(command.receivedTime);
  // What is archived is counted over all caches.
  const where = kind === 'observations' || kind === 'retractions' ? ` to the ${command.cache} cache` : '';
  throw new Refusal(
    'quota',
    `${command.detectorName} has sent ${quota} ${kind}${where} within a minute, which is its quota (DETECTOR_QUOTA): this one was not stored, send it again later`,
    undefined,
    Math.ceil(rest / 1000),
  );
}

function key(kind: QuotaKind, detector: string, minute: number): string {
  return `${kind} ${minute} ${detector}`;
}
