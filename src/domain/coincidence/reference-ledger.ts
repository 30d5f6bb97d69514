import type { Instant } from '../time.js';
import type { Engine, Observation, StoredState } from './engine.js';
import { type Alerts, Ledger, type LedgerStart, type StandingStore } from './ledger.js';
import type { RecordedMute, RecordedRetraction } from './recorded-command.js';
import { deserializeReference, type ReferenceState, serializeReference } from './reference.js';

/** The standing observations of each detector. As nothing expires, they may be too many for memory. */
export interface DetectorStanding extends StandingStore {
  has(detector: string): boolean;
  /** @param before the command that asks */
  isStanding(uuid: string, detector: string, before: number): boolean | Promise<boolean>;
  /** In order of reception. @param before the command that asks */
  observationsOf(detector: string, before: number): Iterable<Observation> | AsyncIterable<Observation>;
  /** @param command the one that changes them */
  changeAllOf(detector: string, state: 'active' | 'muted' | 'retracted', command: number): void;
  /** As plain JSON, without the state of the engine. */
  stored(): object;
}

interface StoredReference {
  readonly state: unknown;
  /** The observations in the state: they are kept here beyond their retention. */
  readonly observations: readonly (readonly [order: number, detector: string, time: string])[];
}

/** The ledger of snews_cs 3.0.1: nothing expires, and any retraction takes all of its detector's observations. */
export class ReferenceLedger extends Ledger<ReferenceState> {
  constructor(
    engine: Engine<ReferenceState>,
    start: LedgerStart,
    /** With what stood at the checkpoint already. */
    protected readonly standing: DetectorStanding,
  ) {
    const { checkpoint, window } = start;
    super(engine, isStored(checkpoint) ? restored(checkpoint) : engine.empty(window), start);
  }

  /** snews_cs has a window of its own. */
  changeWindow(): void {}

  expire(): Alerts {
    return [];
  }

  checkpoint(): unknown {
    const observations = new Map(this.state.rows.map(({ observation }) => [observation.order, observation]));
    return {
      state: serializeReference(this.state),
      observations: [...observations.values()].map(({ order, detector, time }) => [order, detector, time.toString()]),
      ...this.standing.stored(),
    };
  }

  stored(): StoredState {
    return { nextSubGroup: 0, engineState: serializeReference(this.state) };
  }

  protected isExpired(): boolean {
    return false;
  }

  protected async retract({ detector, target, order }: RecordedRetraction): Promise<Alerts> {
    const isMeant =
      'latest' in target ? this.standing.has(detector) : await this.standing.isStanding(target.uuid, detector, order);
    if (!isMeant) return [];
    this.standing.changeAllOf(detector, 'retracted', order);
    return this.muted.has(detector) ? [] : this.run({ kind: 'retract', detector, observations: [] });
  }

  protected mute({ detector, order }: RecordedMute): Alerts {
    if (!this.standing.has(detector)) return [];
    this.standing.changeAllOf(detector, 'muted', order);
    return this.run({ kind: 'retract', detector, observations: [] });
  }

  protected async unmute({ detector, order }: RecordedMute): Promise<Alerts> {
    if (!this.standing.has(detector)) return [];
    this.standing.changeAllOf(detector, 'active', order);
    const alerts = [];
    for await (const observation of this.standing.observationsOf(detector, order)) {
      alerts.push(...this.run({ kind: 'observe', observation }));
    }
    return alerts;
  }
}

function isStored(checkpoint: unknown): checkpoint is StoredReference {
  return checkpoint !== null && checkpoint !== undefined;
}

function restored({ state, observations }: StoredReference): ReferenceState {
  const known = observations.map(([order, detector, time]): [number, Observation] => [
    order,
    { order, detector, time: BigInt(time) as Instant },
  ]);
  return deserializeReference(state, new Map(known));
}
