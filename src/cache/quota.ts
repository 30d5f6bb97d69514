import { type ObserveCommand, Refusal } from '../domain/commands.js';
import { toPosixMilliseconds } from '../domain/time.js';

const MINUTE_MILLISECONDS = 60_000;

/** POSIX minute of a message's receipt. */
export function minuteOf(command: Pick<ObserveCommand, 'receivedTime'>): number {
  return Math.floor(toPosixMilliseconds(command.receivedTime) / MINUTE_MILLISECONDS);
}

/** Counts each detector's accepted observations per minute of receipt, so that one that floods can't stall the others. */
export class QuotaBook {
  private readonly counts: Map<string, number>;

  constructor(
    /** Observations per detector and minute; 0: no limit. */
    private readonly quota: number,
    counted: readonly { detector: string; minute: number; observations: number }[],
  ) {
    this.counts = new Map(counted.map((count) => [key(count.detector, count.minute), count.observations]));
  }

  /** @throws Refusal if the detector has used up its minute */
  take(command: ObserveCommand): void {
    const minute = minuteOf(command);
    const count = this.counts.get(key(command.detectorName, minute)) ?? 0;
    if (this.quota > 0 && count >= this.quota) {
      const rest = (minute + 1) * MINUTE_MILLISECONDS - toPosixMilliseconds(command.receivedTime);
      throw new Refusal(
        'quota',
        `${command.detectorName} has sent ${this.quota} observations to the ${command.cache} cache within a minute, which is its quota (DETECTOR_QUOTA): this one was not stored, send it again later`,
        undefined,
        Math.ceil(rest / 1000),
      );
    }
    this.counts.set(key(command.detectorName, minute), count + 1);
  }
}

function key(detector: string, minute: number): string {
  return `${minute} ${detector}`;
}
