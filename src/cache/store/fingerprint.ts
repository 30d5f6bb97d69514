import { createHash } from 'node:crypto';
import type { ArchiveCommand, ObserveCommand, ResetCommand, RetractCommand } from '../../domain/commands.js';

/** What makes two messages with one uuid the same message; anything else under that uuid is a conflict. */
export function fingerprint(command: ObserveCommand | RetractCommand | ArchiveCommand | ResetCommand): string {
  // A reset is the same one whether it is carried out or comes too late.
  if (command.kind === 'reset') return JSON.stringify(['hard-reset', command.cache, null, digest('')]);
  const kind = command.kind === 'archive' ? command.tier : kindOf(command);
  return JSON.stringify([kind, command.cache, command.detectorName, ...contentOf(command)]);
}

/** The kind of commands that came too late to be carried out. */
const OUTDATED = 'OutdatedCommand';

/** The message's kind in the field's words, as it is stored. */
export function kindOf(command: ObserveCommand | RetractCommand | ArchiveCommand): string {
  switch (command.kind) {
    case 'observe':
      return 'CoincidenceTier';
    case 'retract':
      return 'Retraction';
    case 'archive':
      return command.isOutdated === true ? OUTDATED : command.tier;
  }
}

function contentOf(command: ObserveCommand | RetractCommand | ArchiveCommand): unknown[] {
  switch (command.kind) {
    case 'observe':
      return [command.neutrinoTime.toString(), command.pVal];
    case 'retract':
      return [command.target];
    case 'archive':
      // A series may be long: its digest is as good.
      return [digest(command.content)];
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
