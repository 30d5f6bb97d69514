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

/** A ledger has one engine, so a switch is not applied to it: its user begins another ledger or changes the window. */
type LedgerCommand = Exclude<RecordedCommand, { readonly kind: 'switch' }>;

/** Receives the state of each observation that a command adds or changes. */
export type StateListener = (order: number, state: ObservationState) => void;

/** In the order in which they are to be sent. */
export type Alerts = readonly EngineAlert[];

export interface LedgerStart {
  readonly window: Duration;
  /** Detectors that are muted at the beginning. */
  readonly muted?: readonly string[];
  /** A result of `checkpoint`; null or missing: the cache is empty. */
  readonly checkpoint?: unknown;
  readonly onState?: StateListener | undefined;
}

/** Holds the observations that stand: those that are active or muted. */
export interface StandingStore {
  add(one: RecordedObservation, state: 'active' | 'muted'): void;
  /** @param command the number of the reset */
  clear(command: number): void;
}

/**
 * Defines what recorded commands mean. The consistency check, `cache switch` and the shadow engine apply a cache's history
 * to a ledger, command by command. The judging of incoming commands is separate, because it reads only neighbourhoods from
 * the database; tests compare the two on random histories.
 *
 * There is a subclass for each engine, with what differs between them.
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
        if (command.retractedBefore) this.onState(command.order, 'retracted');
        return command.retractedBefore ? [] : this.arrive([command], command.receivedTime);
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
   * Lets observations expire that are due at `now`.
   * @param observations only these; undefined: all that are due
   */
  abstract expire(now: Instant, observations?: readonly number[]): Alerts;

  /** The state as plain JSON, from which a ledger of the same engine can be resumed. */
  abstract checkpoint(): unknown;

  /** The part of the engine's state that is stored beside the sub-groups. */
  abstract stored(): StoredState;

  /** Rebuilds the sub-groups from the active observations with another window. */
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

  /** True if it has expired already when it arrives. */
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
