import type { EngineAlert, Sharing, Step, SubGroup } from '../../domain/coincidence/engine.js';
import type { RunningEngine } from '../store/running-engine.js';

/** What one command did to the tables, as the engine said it, with what its events will be told by. */
export interface Effect {
  /** The message that caused it, and its command number. */
  readonly messageUuid: string;
  readonly command: number;
  /** What becomes of an event whose last coincidence this takes away. */
  readonly fate: 'retracted' | 'closed';
  readonly alerts: readonly EngineAlert[];
  readonly changed: readonly SubGroup[];
  readonly closed: readonly number[];
  /** For each sub-group that is a coincidence for the first time: what it shares with those that stand. */
  readonly sharing: ReadonlyMap<number, readonly Sharing[]>;
}

/** Of a command that makes no new coincidence, as most do. Nothing is ever added to it. */
const NO_SHARING = new Map<number, readonly Sharing[]>();

/** Turns an engine's steps into effects; knows which sub-groups have an event already. */
export class EffectRecorder {
  /** @param withEvent is kept up to date here */
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
