import type { EngineCommand, SubGroup } from '../domain/coincidence/engine.js';
import { type Effect, EffectRecorder } from './effects.js';
import type { Loaded } from './repository.js';
import type { RowDetails } from './rows.js';

/** A stretch of commands that the engine goes through on one loaded state, before its effects are written. */
export class Segment {
  readonly effects: Effect[] = [];
  /** Observations that came in this stretch: the database doesn't know them yet. */
  readonly arrived = new Map<number, RowDetails>();
  private readonly recorder: EffectRecorder;
  private readonly touched = new Map<number, SubGroup | undefined>();

  /** @param ofBatch true if it was loaded for the times that the batch's commands tell beforehand */
  constructor(
    readonly loaded: Loaded,
    readonly ofBatch: boolean,
  ) {
    const withEvent = [...loaded.meta].filter(([, meta]) => meta.eventId !== null).map(([number]) => number);
    this.recorder = new EffectRecorder(loaded.engine, withEvent);
  }

  apply(command: EngineCommand, cause: Pick<Effect, 'messageUuid' | 'command' | 'fate'>): Effect {
    const step = this.loaded.engine.apply(command);
    const effect = this.recorder.record(step, cause);
    this.effects.push(effect);
    for (const number of step.closed) this.touched.set(number, undefined);
    for (const subGroup of step.changed) this.touched.set(subGroup.number, subGroup);
    return effect;
  }

  /** Sub-groups that changed, as they are now; undefined: closed. */
  get changes(): ReadonlyMap<number, SubGroup | undefined> {
    return this.touched;
  }

  /** Orders of the observations that the effects show and that have to be looked up. */
  ordersToLookUp(): number[] {
    const orders = new Set<number>();
    for (const effect of this.effects) {
      for (const { rows } of [...effect.changed, ...effect.alerts]) {
        for (const { observation } of rows) if (!this.isKnown(observation.order)) orders.add(observation.order);
      }
    }
    return [...orders];
  }

  private isKnown(order: number): boolean {
    return this.arrived.has(order) || this.loaded.details.has(order);
  }
}
