import type { Engine, EngineCommand, EngineName, Sharing, Step, SubGroup } from '../../domain/coincidence/engine.js';

/** An engine and the state it has reached, whatever that state looks like. */
export interface RunningEngine {
  readonly name: EngineName;
  apply(command: EngineCommand): Omit<Step<unknown>, 'state'>;
  sharing(subGroup: SubGroup): readonly Sharing[];
  subGroups(): readonly SubGroup[];
  /** What of the state must be stored beside the tables. */
  stored(): StoredState;
}

export interface StoredState {
  /** Number of the next new sub-group. */
  readonly nextSubGroup: number;
  /** The rest, where the tables don't tell it all. */
  readonly engineState: unknown;
}

export function run<State>(engine: Engine<State>, start: State, store: (state: State) => StoredState): RunningEngine {
  let state = start;
  return {
    name: engine.name,
    apply(command) {
      const step = engine.apply(state, command);
      state = step.state;
      return step;
    },
    sharing: (subGroup) => engine.sharing(state, subGroup),
    subGroups: () => engine.subGroups(state),
    stored: () => store(state),
  };
}
