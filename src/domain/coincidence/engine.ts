import type { Duration, Instant } from '../time.js';

/**
 * A coincidence engine. Engines are pure: no I/O, no clock, no randomness. The input is a state and a command; the
 * output is the next state, the alerts that the command causes, and the sub-groups that it changed.
 * A state is never altered in place, so older states remain valid.
 */
export interface Engine<State> {
  readonly name: EngineName;

  /** The state of a cache that has just been created or reset. `window` in nanoseconds, inclusive. */
  empty(window: Duration): State;

  apply(state: State, command: EngineCommand): Step<State>;

  /** All open sub-groups, by ascending number. */
  subGroups(state: State): readonly SubGroup[];

  /**
   * The other open sub-groups of two rows or more whose windows share observations with `subGroup`'s, and how
   * many they share (at least one). A sub-group that becomes a coincidence joins the event of the best of them.
   */
  sharing(state: State, subGroup: SubGroup): readonly Sharing[];
}

export const ENGINE_NAMES = ['complete', 'reference'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** An observation as an engine sees it: whose, when, and in which order it was received. */
export interface Observation {
  /** Order of reception within the cache: the number of the command that brought it. Unique. */
  readonly order: number;
  readonly detector: string;
  /** Time of the first neutrino. */
  readonly time: Instant;
}

/**
 * Commands of an engine. Which observations a retraction or an expiry means has been decided before: `observations` are
 * in the state now, and may be none.
 */
export type EngineCommand =
  | { readonly kind: 'observe'; readonly observation: Observation }
  | { readonly kind: 'retract'; readonly detector: string; readonly observations: readonly Observation[] }
  | { readonly kind: 'expire'; readonly observations: readonly Observation[] }
  | { readonly kind: 'reset' };

export interface Row {
  readonly observation: Observation;
  /** Neutrino time minus that of the sub-group's first row, in nanoseconds (SI, leap seconds counted). */
  readonly delta: Duration;
}

/** Observations that coincide. */
export interface SubGroup {
  /** The "sub list number" of the alert format. */
  readonly number: number;
  /** The observation whose window this is (`complete`); the first row (`reference`). */
  readonly anchor: Observation;
  /** By neutrino time, then by order of reception (`complete`). */
  readonly rows: readonly Row[];
}

export const ALERT_TYPES = ['COINC_MSG', 'COINC_MSG_STAGGERED', 'UPDATE', 'RETRACTION'] as const;
export type AlertType = (typeof ALERT_TYPES)[number];

/** An alert that a command causes, with the sub-group's rows at that moment, without what was retracted. */
export interface EngineAlert {
  readonly type: AlertType;
  readonly subGroup: number;
  readonly rows: readonly Row[];
}

export interface Step<State> {
  readonly state: State;
  /** In the order in which they are to be sent. */
  readonly alerts: readonly EngineAlert[];
  /** Sub-groups that are new, or whose rows, deltas or anchor changed, by ascending number; as they are now. */
  readonly changed: readonly SubGroup[];
  /** Numbers of the sub-groups that no longer exist, ascending. A reset closes all without listing them. */
  readonly closed: readonly number[];
}

/** The part of a state that is stored beside the sub-groups. */
export interface StoredState {
  /** Number of the next new sub-group. */
  readonly nextSubGroup: number;
  /** The rest of the state, if the sub-groups do not contain all of it. */
  readonly engineState: unknown;
}

export interface Sharing {
  readonly subGroup: SubGroup;
  readonly observations: number;
}

/** By neutrino time, then by order of reception: how rows and anchors are sorted. */
export function byTimeThenReception(a: Observation, b: Observation): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  return a.order - b.order;
}
