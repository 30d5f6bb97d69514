import type { ArchiveCommand, ObserveCommand, RetractCommand } from '../../domain/commands.js';
import { formatUtc, toPosixMilliseconds } from '../../domain/time.js';
import { fingerprint } from './fingerprint.js';

const MINUTE_MILLISECONDS = 60_000;

/** A message that becomes a command of a cache. */
export type MessageCommand = ObserveCommand | RetractCommand;
/** The same, or a message that is only archived. */
type AnyMessage = MessageCommand | ArchiveCommand;

/** What follows from a message alone. It is worked out once in a transaction, and travels with the command. */
export interface Arrival {
  /** What makes two messages with one uuid the same message. */
  readonly fingerprint: string;
  /** When the message was received, in POSIX milliseconds. */
  readonly receivedMs: number;
  /** The POSIX minute of the receipt, in which the message is counted for its detector's quota. */
  readonly minute: number;
}

/** An observation's times as they are stored and shown, as ISO 8601 with nine decimals. */
export interface ObservationTimes {
  readonly neutrinoTime: string;
  readonly machineTime: string | null;
  readonly sentTime: string | null;
}

/** The arrivals of one transaction. */
export class Arrivals {
  private readonly known = new Map<AnyMessage, Arrival>();

  of(command: AnyMessage): Arrival {
    let arrival = this.known.get(command);
    if (arrival === undefined) {
      arrival = arrivalOf(command);
      this.known.set(command, arrival);
    }
    return arrival;
  }
}

export function arrivalOf(command: AnyMessage): Arrival {
  const receivedMs = toPosixMilliseconds(command.receivedTime);
  return { fingerprint: fingerprint(command), receivedMs, minute: Math.floor(receivedMs / MINUTE_MILLISECONDS) };
}

/** Milliseconds from a receipt to the next minute, in which the detector's quota counts from zero. */
export function untilNextMinute({ minute, receivedMs }: Arrival): number {
  return (minute + 1) * MINUTE_MILLISECONDS - receivedMs;
}

export function timesOfObservation(command: ObserveCommand): ObservationTimes {
  return {
    neutrinoTime: formatUtc(command.neutrinoTime),
    machineTime: command.machineTime === null ? null : formatUtc(command.machineTime),
    sentTime: command.sentTime === null ? null : formatUtc(command.sentTime),
  };
}
