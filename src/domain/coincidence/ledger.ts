import type { Duration, Instant } from '../time.js';
import type { ObservationState } from '../views.js';
import type {
  Engine,
  EngineAlert,
  EngineCommand,
  EngineName,
  Observation,
  Sharing,
  StoredState,
  SubGroup,
} from './engine.js';
import type { RecordedCommand, RecordedMute, RecordedObservation, RecordedRetraction } from './recorded-command.js';

/** A switch is none: each ledger has an engine of its own, and who holds it decides what a switch means to it. */
type LedgerCommand = Exclude<RecordedCommand, { readonly kind: 'switch' }>;

/** Is told of each observation that a command brings or changes, and in what state it is then. */
export type StateListener = (order: number, state: ObservationState) => void;

/** In the order in which they are to be sent. */
export type Alerts = readonly EngineAlert[];

export interface LedgerStart {
  readonly window: Duration;
  /** Detectors that are muted when it begins. */
  readonly muted?: readonly string[];
  /** What `checkpoint` gave; null or missing: nothing stands. */
  readonly checkpoint?: unknown;
  readonly onState?: StateListener | undefined;
}

/** Where a ledger keeps what stands. */
export interface StandingStore {
  add(one: RecordedObservation, state: 'active' | 'muted'): void;
  /** @param command the number of the reset */
  clear(command: number): void;
}

/**
 * What commands mean: a cache's history, gone through one command after the other. The consistency check, `cache switch` and
 * the shadow engine all go through it with this class. The judging of incoming commands stands beside it, because that sees
 * only neighbourhoods in the database; tests compare the two on random histories.
 *
 * What differs between engines stands in the subclasses, one for each engine.
 */
export abstract class Ledger<State = unknown> {
  protected readonly muted: Set<string>;
  protected readonly onState: StateListener;

  protected constructor(
    protected readonly engine: Engine<State>,
    protected state: State,
    { muted = [], onState = () => undefined }: LedgerStart,
  ) {
    this.muted = new Set(muted);
    this.onState = onState;
  }

  protected abstract readonly standing: StandingStore;

  /** The alerts that the command causes, in order. */
  async apply(command: LedgerCommand): Promise<Alerts> {
    switch (command.kind) {
      case 'observe':
        if (command.withdrawn) this.onState(command.order, 'retracted');
        return command.withdrawn ? [] : this.arrive([command], command.receivedTime);
      case 'retract':
        return this.retract(command);
      case 'expire':
        return this.expire(command.now, command.observations);
      case 'mute':
        this.muted.add(command.detector);
        return this.mute(command);
      case 'unmute':
        this.muted.delete(command.detector);
        return this.unmute(command);
      case 'reset':
        this.standing.clear(command.order);
        return this.run({ kind: 'reset' });
      case 'undo-reset':
        return this.arrive(command.observations, command.now);
    }
  }

  /**
   * Observations expire, as by a command.
   * @param observations those that do, as far as they are due; undefined: all that are due
   */
  abstract expire(now: Instant, observations?: readonly number[]): Alerts;

  /** The state as plain JSON, from which a ledger of the same engine can go on. */
  abstract checkpoint(): unknown;

  /** What of the engine's state is stored beside the tables. */
  abstract stored(): StoredState;

  /** Makes the tables anew of what stands, with another window. */
  abstract changeWindow(window: Duration): void;

  get engineName(): EngineName {
    return this.engine.name;
  }

  /** Open sub-groups, by ascending number. */
  subGroups(): readonly SubGroup[] {
    return this.engine.subGroups(this.state);
  }

  /** See `Engine.sharing`. */
  sharing(subGroup: SubGroup): readonly Sharing[] {
    return this.engine.sharing(this.state, subGroup);
  }

  /** True if it has expired when it comes. */
  protected abstract isExpired(one: RecordedObservation, now: Instant): boolean;
  protected abstract retract(command: RecordedRetraction): Alerts | Promise<Alerts>;
  protected abstract mute(command: RecordedMute): Alerts;
  protected abstract unmute(command: RecordedMute): Alerts | Promise<Alerts>;

  protected run(command: EngineCommand): Alerts {
    const { state, alerts } = this.engine.apply(this.state, command);
    this.state = state;
    return alerts;
  }

  private arrive(arriving: readonly RecordedObservation[], now: Instant): Alerts {
    const active: Observation[] = [];
    for (const one of arriving) {
      const { order, detector, time } = one;
      if (this.isExpired(one, now)) {
        this.onState(order, 'expired');
      } else if (this.muted.has(detector)) {
        this.standing.add(one, 'muted');
      } else {
        this.standing.add(one, 'active');
        active.push({ order, detector, time });
      }
    }
    return active.flatMap((observation) => this.run({ kind: 'observe', observation }));
  }
}
