import type { RetractionTarget } from '../commands.js';
import type { Duration, Instant } from '../time.js';
import type { EngineName, Observation } from './engine.js';

/** An observation as the history records it. */
export interface RecordedObservation extends Observation {
  readonly uuid: string;
  /** Active up to and including this instant. */
  readonly expires: Instant;
}

export interface RecordedRetraction {
  readonly kind: 'retract';
  readonly order: number;
  readonly detector: string;
  readonly target: RetractionTarget;
  /** A retraction of the latest leaves out what was due to expire at this time. */
  readonly now?: Instant | undefined;
}

export interface RecordedMute {
  readonly kind: 'mute' | 'unmute';
  readonly order: number;
  readonly detector: string;
  /** Observations that are due to expire at this time keep their state. */
  readonly now?: Instant | undefined;
}

/** A command of a cache's history, as it was recorded. `order` is its number. */
export type RecordedCommand =
  | (RecordedObservation & {
      readonly kind: 'observe';
      readonly receivedTime: Instant;
      /** True if its retraction was received before it. */
      readonly retractedBefore: boolean;
    })
  | RecordedRetraction
  | RecordedMute
  | {
      readonly kind: 'expire';
      readonly order: number;
      readonly now: Instant;
      /** The observations of a portion, by command; without it, all that are due expire. */
      readonly observations?: readonly number[] | undefined;
    }
  | { readonly kind: 'reset'; readonly order: number }
  | {
      /** Restores observations that a reset had dropped. */
      readonly kind: 'undo-reset';
      readonly order: number;
      readonly now: Instant;
      /** In order of reception. */
      readonly observations: readonly RecordedObservation[];
    }
  | { readonly kind: 'switch'; readonly order: number; readonly engine: EngineName; readonly window: Duration };
