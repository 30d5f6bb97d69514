import type { EngineCommand, Row, SubGroup } from '../../domain/coincidence/engine.js';
import { type Effect, EffectRecorder } from '../outcome/effects.js';
import type { Loaded } from '../store/repository.js';
import type { RowDetails } from '../store/rows.js';

/** Consecutive commands that are applied to one loaded state of the engine before their effects are written. */
export class Segment {
  readonly effects: Effect[] = [];
  /** The observations of these commands, which are not stored yet. */
  readonly arrived = new Map<number, RowDetails>();
  private readonly recorder: EffectRecorder;
  private readonly touched = new Map<number, SubGroup | undefined>();

  /** @param ofBatch true if the state was loaded for the times of the batch's own commands */
  constructor(
    readonly loaded: Loaded,
    readonly ofBatch: boolean,
  ) {
    const withEvent = new Set<number>();
    loaded.meta.forEach((meta, number) => {
      if (meta.eventId !== null) withEvent.add(number);
    });
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

  /** The current state of the sub-groups that changed; undefined for closed ones. */
  get changes(): ReadonlyMap<number, SubGroup | undefined> {
    return this.touched;
  }

  /** The orders of observations that the effects show and whose details must be queried. */
  ordersToLookUp(): number[] {
    const orders = new Set<number>();
    const add = (rows: readonly Row[]) => {
      for (const { observation } of rows) {
        if (this.detailsOf(observation.order) === undefined) orders.add(observation.order);
      }
    };
    for (const { changed, alerts } of this.effects) {
      for (const { rows } of changed) add(rows);
      for (const { rows } of alerts) add(rows);
    }
    return [...orders];
  }

  /** Undefined if the details must be queried. */
  detailsOf(order: number): RowDetails | undefined {
    return this.arrived.get(order) ?? this.loaded.details.get(order);
  }
}
