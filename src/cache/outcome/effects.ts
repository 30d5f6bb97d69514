import type { EngineAlert, Sharing, Step, SubGroup } from '../../domain/coincidence/engine.js';
import type { RunningEngine } from '../store/running-engine.js';

/** The changes that one command made, as the engine reports them. */
export interface Effect {
  /** The message that caused it, and its command number. */
  readonly messageUuid: string;
  readonly command: number;
  /** The state of an event whose last coincidence the command closes. */
  readonly fate: 'retracted' | 'closed';
  readonly alerts: readonly EngineAlert[];
  readonly changed: readonly SubGroup[];
  readonly closed: readonly number[];
  /** For each new coincidence: how many observations it shares with each open one. */
  readonly sharing: ReadonlyMap<number, readonly Sharing[]>;
}

/** The value for commands that make no new coincidence. It is shared and never changed. */
const NO_SHARING = new Map<number, readonly Sharing[]>();

/** Turns the steps of an engine into effects. It knows which sub-groups have an event already. */
export class EffectRecorder {
  /** @param withEvent the numbers of the sub-groups with an event; updated by this class */
  constructor(
    private readonly engine: RunningEngine,
    private readonly withEvent: Set<number>,
  ) {}

  record(step: Omit<Step<unknown>, 'state'>, cause: Pick<Effect, 'messageUuid' | 'command' | 'fate'>): Effect {
    let sharing = NO_SHARING;
    for (const number of step.closed) this.withEvent.delete(number);
    for (const subGroup of step.changed) {
      if (subGroup.rows.length < 2 || this.withEvent.has(subGroup.number)) continue;
      this.withEvent.add(subGroup.number);
      if (sharing === NO_SHARING) sharing = new Map();
      sharing.set(subGroup.number, this.engine.sharing(subGroup));
    }
    return { ...cause, alerts: step.alerts, changed: step.changed, closed: step.closed, sharing };
  }
}
