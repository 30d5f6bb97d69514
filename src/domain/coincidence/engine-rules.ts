import type { EngineName } from './engine.js';

/** What a cache does around its engine. The engines differ here because `reference` does what snews_cs does. */
export interface EngineRules {
  /** An observation expires after its time. */
  readonly expires: boolean;
  /** A retraction retracts all observations of its detector, whichever it names. */
  readonly retractsAll: boolean;
  /**
   * The sub-groups follow from the observations that stand, and what a command changes from those near it in time. Without
   * it, they follow from the whole history only: the engine's state is stored, and loaded as a whole.
   */
  readonly isLocal: boolean;
}

export const ENGINE_RULES: Readonly<Record<EngineName, EngineRules>> = {
  complete: { expires: true, retractsAll: false, isLocal: true },
  reference: { expires: false, retractsAll: true, isLocal: false },
};
