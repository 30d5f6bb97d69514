import type { Duration, Instant } from '../time.js';
import type { CompleteState } from './complete.js';
import type { Engine, Observation, StoredState } from './engine.js';
import { type Alerts, Ledger, type LedgerStart } from './ledger.js';
import type { RecordedMute, RecordedObservation, RecordedRetraction } from './recorded-command.js';
import { StandingInMemory, type StandingObservation, type StoredStanding } from './standing-in-memory.js';

/** The ledger of the engine `complete`: observations expire, and a retraction takes those that it names. */
export class CompleteLedger extends Ledger<CompleteState> {
  protected readonly standing: StandingInMemory;

  constructor(engine: Engine<CompleteState>, start: LedgerStart) {
    super(engine, engine.empty(start.window), start);
    this.standing = new StandingInMemory(this.onState);
    this.standing.restore((start.checkpoint ?? []) as readonly StoredStanding[], this.muted);
    this.changeWindow(start.window);
  }

  /** Sub-groups follow from the active observations alone. */
  changeWindow(window: Duration): void {
    this.state = this.engine.empty(window);
    for (const { observation, state } of this.standing.inOrder()) {
      if (state === 'active') this.run({ kind: 'observe', observation });
    }
  }

  expire(now: Instant, observations?: readonly number[]): Alerts {
    const due =
      observations === undefined
        ? this.standing.takeDue(now)
        : this.standing.among(observations).filter((one) => one.isDue(now));
    const active = activeOf(due);
    this.standing.end(due, 'expired');
    return active.length === 0 ? [] : this.run({ kind: 'expire', observations: active });
  }

  checkpoint(): unknown {
    return this.standing.stored().observed;
  }

  stored(): StoredState {
    return { nextSubGroup: this.state.nextNumber, engineState: null };
  }

  protected isExpired({ expires }: RecordedObservation, now: Instant): boolean {
    return expires < now;
  }

  protected retract({ detector, target, now }: RecordedRetraction): Alerts {
    const named = 'uuid' in target ? this.standing.named(target.uuid, detector) : undefined;
    const taken = 'latest' in target ? this.standing.latestOf(detector, target.latest, now) : named ? [named] : [];
    const active = activeOf(taken);
    this.standing.end(taken, 'retracted');
    return active.length === 0 ? [] : this.run({ kind: 'retract', detector, observations: active });
  }

  protected mute({ detector, now }: RecordedMute): Alerts {
    const leaving = this.standing.allOf(detector).filter((one) => one.state === 'active' && !one.isDue(now));
    this.standing.change(leaving, 'muted');
    const observations = leaving.map(({ observation }) => observation);
    return observations.length === 0 ? [] : this.run({ kind: 'retract', detector, observations });
  }

  protected unmute({ detector, now }: RecordedMute): Alerts {
    const coming = this.standing.allOf(detector).filter((one) => one.state === 'muted' && !one.isDue(now));
    this.standing.change(coming, 'active');
    return coming.flatMap(({ observation }) => this.run({ kind: 'observe', observation }));
  }
}

function activeOf(some: readonly StandingObservation[]): Observation[] {
  return some.filter(({ state }) => state === 'active').map(({ observation }) => observation);
}
