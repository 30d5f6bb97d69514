import { setImmediate as nextTurn } from 'node:timers/promises';
import { type QueuedCommand, Refusal } from '../../domain/commands.js';
import type { Verdict } from '../outcome/verdict.js';
import { muteIn, resetAgain, resetIn } from './administer.js';
import type { Batch } from './batch.js';
import { observeIn } from './observe.js';
import { retractIn } from './retract.js';
import { undoIn } from './undo.js';

/** Commands that are judged between two writes: each write costs as much as judging dozens. */
const PORTION = 250;

/** Goes through a batch's commands in order; each refusal spoils only itself. */
export async function judgeAll(batch: Batch, commands: readonly QueuedCommand[]): Promise<Map<QueuedCommand, Verdict>> {
  const verdicts = new Map<QueuedCommand, Verdict>();
  let sent = 0;
  for (const command of commands) {
    // Only while more come: what the last ones write is sent behind what is asked about them, which must not wait for it.
    if (verdicts.size - sent >= PORTION) {
      sent = verdicts.size;
      batch.transcript.writeMessages();
      // What was sent leaves: the database stores these while the next ones are judged.
      await nextTurn();
    }
    const verdict = judge(batch, command);
    // Most are judged at once: a promise for each would cost more than judging.
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
    return verdict instanceof Promise ? verdict.catch(refused) : verdict;
  } catch (error) {
    return refused(error);
  }
}

function refused(error: unknown): Verdict {
  if (!(error instanceof Refusal)) throw error;
  return { kind: 'refused', refusal: error };
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
