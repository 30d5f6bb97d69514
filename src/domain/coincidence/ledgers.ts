import type { CompleteState } from './complete.js';
import { CompleteLedger } from './complete-ledger.js';
import type { Engine } from './engine.js';
import type { Ledger, LedgerStart } from './ledger.js';
import type { ReferenceState } from './reference.js';
import { type DetectorStanding, ReferenceLedger } from './reference-ledger.js';
import { StandingInMemory, type StoredStanding } from './standing-in-memory.js';

/** @param standing for the engine `reference`, with what stood at the checkpoint; by default in memory */
export function openLedger(engine: Engine<unknown>, start: LedgerStart, standing?: DetectorStanding): Ledger {
  if (engine.name === 'complete') return new CompleteLedger(engine as Engine<CompleteState>, start);
  return new ReferenceLedger(engine as Engine<ReferenceState>, start, standing ?? inMemory(start));
}

function inMemory({ muted, checkpoint, onState = () => undefined }: LedgerStart): StandingInMemory {
  const standing = new StandingInMemory(onState);
  const stored = checkpoint as { readonly observed: readonly StoredStanding[] } | null | undefined;
  standing.restore(stored?.observed ?? [], new Set(muted));
  return standing;
}
