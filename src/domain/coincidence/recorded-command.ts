import type { RetractionTarget } from '../commands.js';
import type { Duration, Instant } from '../time.js';
import type { EngineName, Observation } from './engine.js';

/** An observation as the history tells it. */
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
  /** A retraction of the latest doesn't mean what was due to expire then. */
  readonly now?: Instant | undefined;
}

export interface RecordedMute {
  readonly kind: 'mute' | 'unmute';
  readonly order: number;
  readonly detector: string;
  /** What is due to expire then stays as it is. */
  readonly now?: Instant | undefined;
}

/** A command of a cache's history, as it was recorded. `order` is its number. */
export type RecordedCommand =
  | (RecordedObservation & {
      readonly kind: 'observe';
      readonly receivedTime: Instant;
      /** True if its retraction had come before it. */
      readonly withdrawn: boolean;
    })
  | RecordedRetraction
  | RecordedMute
  | {
      readonly kind: 'expire';
      readonly order: number;
      readonly now: Instant;
      /** The portion of what is due that expires, by command; without it, all that is due. */
      readonly observations?: readonly number[] | undefined;
    }
  | { readonly kind: 'reset'; readonly order: number }
  | {
      /** Observations that a reset had dropped come back. */
      readonly kind: 'undo-reset';
      readonly order: number;
      readonly now: Instant;
      /** In order of reception. */
      readonly observations: readonly RecordedObservation[];
    }
  | { readonly kind: 'switch'; readonly order: number; readonly engine: EngineName; readonly window: Duration };
