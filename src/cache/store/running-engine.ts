import type {
  Engine,
  EngineCommand,
  EngineName,
  Sharing,
  Step,
  StoredState,
  SubGroup,
} from '../../domain/coincidence/engine.js';

/** An engine with its state, whatever type that state has. */
export interface RunningEngine {
  readonly name: EngineName;
  apply(command: EngineCommand): Omit<Step<unknown>, 'state'>;
  sharing(subGroup: SubGroup): readonly Sharing[];
  subGroups(): readonly SubGroup[];
  /** The part of the state that is stored beside the sub-groups. */
  stored(): StoredState;
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
