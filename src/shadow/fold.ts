import type { Recorded } from '../cache/history/history.js';
import type { Engine, EngineAlert, EngineCommand } from '../domain/coincidence/engine.js';

/**
 * Another engine going through a cache's commands, one after the other, in memory. What a command means (which
 * observations a retraction takes, what stands, what has expired) is decided by this engine's own rules.
 */
export interface Fold {
  /**
   * The alerts that this engine would have sent.
   * @throws EngineFault: the state stays as it was; anything else is the database's
   */
  apply(recorded: Recorded): Promise<readonly EngineAlert[]>;
  /** The state as plain JSON, from which the fold can go on. */
  checkpoint(): unknown;
}

/** The engine failed over a command. */
export class EngineFault extends Error {
  override readonly name = 'EngineFault';
}

/** An engine with its state, whose errors are told from everybody else's. */
export function runEngine<State>(engine: Engine<State>, start: State) {
  let state = start;
  return {
    apply(command: EngineCommand): readonly EngineAlert[] {
      try {
        const step = engine.apply(state, command);
        state = step.state;
        return step.alerts;
      } catch (error) {
        throw new EngineFault(shown(error), { cause: error });
      }
    },
    state: () => state,
  };
}

const LONGEST = 500;

/** An error as it can be stored and shown. */
function shown(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, LONGEST);
}
