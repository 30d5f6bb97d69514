import type { EngineCommand, Row, SubGroup } from '../../domain/coincidence/engine.js';
import { type Effect, EffectRecorder } from '../outcome/effects.js';
import type { Loaded } from '../store/repository.js';
import type { RowDetails } from '../store/rows.js';

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

  /** Sub-groups that changed, as they are now; undefined: closed. */
  get changes(): ReadonlyMap<number, SubGroup | undefined> {
    return this.touched;
  }

  /** Orders of the observations that the effects show and that have to be looked up. */
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

  /** As far as they needn't be looked up. */
  detailsOf(order: number): RowDetails | undefined {
    return this.arrived.get(order) ?? this.loaded.details.get(order);
  }
}
