import type { ArchiveCommand, ObserveCommand, QueuedCommand, RetractCommand } from '../../domain/commands.js';
import { toPosixMilliseconds } from '../../domain/time.js';
import { fingerprint } from './fingerprint.js';

type Identified = ObserveCommand | RetractCommand | ArchiveCommand;

/** A message that is stored, as far as it tells whether another one is the same. */
export interface Known {
  readonly uuid: string;
  readonly fingerprint: string;
  /** POSIX milliseconds. */
  readonly received_at: number;
}

/** Under which uuids commands may be stored already. */
export function uuidsOf(commands: Iterable<QueuedCommand | ArchiveCommand>): string[] {
  const uuids: string[] = [];
  for (const command of commands) {
    if ('uuid' in command && command.uuid !== undefined) uuids.push(command.uuid);
    if ('formerUuid' in command && command.formerUuid !== undefined) uuids.push(command.formerUuid);
  }
  return uuids;
}

/**
 * An earlier release has stored the command, under the uuid that it gave to records without one. That had no time in it:
 * a record of a topic that was made anew may have the same one.
 */
export function isFormerlyKnown(command: Identified, known: ReadonlyMap<string, Known>): boolean {
  const former = command.formerUuid === undefined ? undefined : known.get(command.formerUuid);
  return (
    former !== undefined &&
    former.fingerprint === fingerprint(command) &&
    former.received_at === toPosixMilliseconds(command.receivedTime)
  );
}
