import type { ArchiveCommand, QueuedCommand } from '../../domain/commands.js';
import type { Arrival } from './arrival.js';

/** What identifies a stored message. */
export interface Known {
  readonly uuid: string;
  readonly fingerprint: string;
  /** POSIX milliseconds. */
  readonly received_at: number;
}

/** The uuids under which commands may be stored already. */
export function uuidsOf(commands: Iterable<QueuedCommand | ArchiveCommand>): string[] {
  const uuids: string[] = [];
  for (const command of commands) {
    if ('uuid' in command && command.uuid !== undefined) uuids.push(command.uuid);
    if ('formerUuid' in command && command.formerUuid !== undefined) uuids.push(command.formerUuid);
  }
  return uuids;
}

/**
 * True if an earlier release has stored the message, under the uuid that it made for records without one. That uuid had
 * no time in it, so that a record of a recreated topic may have the same one.
 */
export function isFormerlyKnown(
  formerUuid: string | undefined,
  arrival: Arrival,
  known: ReadonlyMap<string, Known>,
): boolean {
  const former = formerUuid === undefined ? undefined : known.get(formerUuid);
  return former?.fingerprint === arrival.fingerprint && former.received_at === arrival.receivedMs;
}
