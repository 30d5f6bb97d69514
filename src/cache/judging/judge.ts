import { setImmediate as nextTurn } from 'node:timers/promises';
import { type QueuedCommand, Rejection } from '../../domain/commands.js';
import type { Verdict } from '../outcome/verdict.js';
import { muteIn, resetAgain, resetIn } from './administer.js';
import type { Batch } from './batch.js';
import { observeIn } from './observe.js';
import { retractIn } from './retract.js';
import { undoIn } from './undo.js';

/** The number of commands that are judged between two writes. A write costs as much as judging dozens of commands. */
const PORTION = 250;

/** Judges the commands of a batch in order. A command that is rejected does not affect the others. */
export async function judgeAll(batch: Batch, commands: readonly QueuedCommand[]): Promise<Map<QueuedCommand, Verdict>> {
  const verdicts = new Map<QueuedCommand, Verdict>();
  let sent = 0;
  for (const command of commands) {
    // The last commands are written by flush, behind the queries about them, which must not wait for the writes.
    if (verdicts.size - sent >= PORTION) {
      sent = verdicts.size;
      batch.transcript.writeMessages();
      // Lets the statements leave: the database executes them while the next commands are judged.
      await nextTurn();
    }
    const verdict = judge(batch, command);
    // Most commands are judged synchronously. Awaiting a promise for each would cost more than judging it.
    verdicts.set(command, verdict instanceof Promise ? await verdict : verdict);
  }
  await batch.flush();
  return verdicts;
}

function judge(batch: Batch, command: QueuedCommand): Verdict | Promise<Verdict> {
  try {
    if ((command.kind === 'observe' || command.kind === 'retract') && batch.isKnown(command)) {
      return { kind: 'duplicate' };
    }
    if (command.kind === 'reset' && batch.isKnown(command)) return resetAgain(batch, command);
    const verdict = handle(batch, command);
    return verdict instanceof Promise ? verdict.catch(rejected) : verdict;
  } catch (error) {
    return rejected(error);
  }
}

function rejected(error: unknown): Verdict {
  if (!(error instanceof Rejection)) throw error;
  return { kind: 'rejected', rejection: error };
}

function handle(batch: Batch, command: QueuedCommand): Verdict | Promise<Verdict> {
  switch (command.kind) {
    case 'observe':
      return observeIn(batch, command);
    case 'retract':
      return retractIn(batch, command);
    case 'reset':
      return resetIn(batch, command);
    case 'undo-reset':
      return undoIn(batch, command);
    case 'mute':
    case 'unmute':
      return muteIn(batch, command);
  }
}
