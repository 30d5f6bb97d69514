import { createHash } from 'node:crypto';
import type { ArchiveCommand, ObserveCommand, RetractCommand } from '../domain/commands.js';

/** What makes two messages with one uuid the same message; anything else under that uuid is a conflict. */
export function fingerprint(command: ObserveCommand | RetractCommand | ArchiveCommand): string {
  return JSON.stringify([kindOf(command), command.cache, command.detectorName, ...contentOf(command)]);
}

/** The message's kind in the field's words, as it is stored. */
export function kindOf(command: ObserveCommand | RetractCommand | ArchiveCommand): string {
  switch (command.kind) {
    case 'observe':
      return 'CoincidenceTier';
    case 'retract':
      return 'Retraction';
    case 'archive':
      return command.tier;
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
      return [createHash('sha256').update(command.content).digest('base64')];
  }
}
