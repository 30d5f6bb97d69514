import { type ArchiveCommand, type QueuedCommand, Rejection } from '../../domain/commands.js';
import { toPosixMilliseconds } from '../../domain/time.js';
import type { ArchiveAnswer } from '../../domain/views.js';
import type { CommitReport, MessageCount } from '../observer.js';
import type { Verdict } from '../outcome/verdict.js';
import { kindOf } from '../store/fingerprint.js';
import type { Stretch, StretchOutcome } from './stretch.js';

type Command = QueuedCommand | ArchiveCommand;
/** The outcome of a command. */
export type Fate = 'accepted' | 'duplicate' | Rejection;

/** What is reported of one transaction. */
export interface Reported {
  /** Each command with its outcome or verdict. */
  readonly commands: ReadonlyMap<Command, Fate | Verdict>;
  /** Each stretch with its outcome. */
  readonly stretches: readonly (readonly [Stretch, StretchOutcome])[];
  /** The uuids of the messages that caused alerts, once for each alert. */
  readonly alerting?: readonly string[];
}

/** Counts the messages of a transaction by kind and outcome, for the observer. */
export function commitReport({ commands, stretches, alerting = [] }: Reported): CommitReport {
  // There are only a few different ones, however many commands.
  const counts: { -readonly [Key in keyof MessageCount]: MessageCount[Key] }[] = [];
  const add = (kind: string, outcome: MessageCount['outcome'], reason: string) => {
    const known = counts.find((one) => one.kind === kind && one.outcome === outcome && one.reason === reason);
    if (known === undefined) counts.push({ kind, outcome, reason, count: 1 });
    else known.count++;
  };
  commands.forEach((said, command) => {
    const fate = typeof said === 'string' || said instanceof Rejection ? said : fateOf(said);
    if (fate instanceof Rejection) add(kindIn(command), 'refused', fate.reason);
    else add(kindIn(command), fate, '');
  });
  const taken = stretches.filter(([, outcome]) => outcome.kind === 'taken');
  // Records that are no command are not among the commands.
  for (const [{ items }] of taken) {
    for (const item of items) if ('error' in item) add('unknown', 'dead letter', item.error.reason);
  }
  return {
    commands: commands.size,
    messages: counts,
    deadLetters: taken.flatMap(([, outcome]) =>
      outcome.kind === 'taken' ? outcome.errors.map(({ reason }) => reason) : [],
    ),
    alertsReceivedAt: alerting.length === 0 ? [] : receivedAt(commands.keys(), alerting),
  };
}

/** When messages were received, in POSIX milliseconds. Commands of the server itself have no receipt. */
function receivedAt(commands: Iterable<Command>, uuids: readonly string[]): number[] {
  const times = new Map<string, number>();
  for (const command of commands) {
    if ('receivedTime' in command) times.set(command.uuid, toPosixMilliseconds(command.receivedTime));
  }
  return uuids.flatMap((uuid) => times.get(uuid) ?? []);
}

/** The outcome of a command, by its verdict. */
export function fateOf(verdict: Verdict): Fate {
  return verdict.kind === 'rejected' ? verdict.rejection : verdict.kind;
}

/** The same of an archived message, by its answer. */
export function fateOfArchived(answer: ArchiveAnswer | Rejection): Fate {
  if (answer instanceof Rejection) return answer;
  return answer.duplicate ? 'duplicate' : 'accepted';
}

function kindIn(command: Command): string {
  switch (command.kind) {
    case 'observe':
    case 'retract':
    case 'archive':
      return kindOf(command);
    case 'reset':
      return 'Reset';
    case 'undo-reset':
      return 'UndoReset';
    case 'mute':
      return 'Mute';
    case 'unmute':
      return 'Unmute';
  }
}
