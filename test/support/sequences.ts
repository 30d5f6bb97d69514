import fc from 'fast-check';
import type { Engine, EngineCommand, Observation, Step } from '../../src/domain/coincidence/engine.js';
import { addDuration, type Duration, type Instant, parseUtc, seconds } from '../../src/domain/time.js';

/** What happens to one cache, as its engine sees it. */
export interface Sequence {
  readonly window: Duration;
  readonly commands: readonly EngineCommand[];
}

export const DETECTORS = ['XENONnT', 'DS-20K', 'JUNO', 'Baksan', 'DUNE', 'SNO+', 'Super-K', 'IceCube'];

/** An ordinary minute, and the one that the leap second of 2016-12-31 made longer. */
const BEGINNINGS = [parseUtc('2030-01-01T12:34:45.678999Z'), parseUtc('2016-12-31T23:59:45Z')];

/** Mostly whole seconds, so that equal times and exact borders abound; and a nanosecond to either side of them. */
export const moment = fc.record({
  second: fc.nat({ max: 60 }),
  nanoseconds: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.constantFrom(-1, 1), fc.nat({ max: 999_999_999 })),
});

const detector = fc.nat({ max: DETECTORS.length - 1 });

/** What people and detectors do. Which observations it concerns is settled when the sequence is made. */
const action = fc.oneof(
  { weight: 70, arbitrary: fc.record({ kind: fc.constant('observe' as const), detector, moment }) },
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('retract one' as const), pick: fc.nat({ max: 99 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('retract latest' as const), detector, n: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('retract all' as const), detector }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('mute' as const), detector }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'unmute' as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('expire until' as const), moment }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('expire oldest' as const), n: fc.nat({ max: 5 }) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reset' as const }) },
);

type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

interface Scene {
  readonly window: Duration;
  readonly begins: Instant;
  /** Detectors and times are taken modulo these: few of either make numbers contested. */
  readonly detectors: number;
  readonly seconds: number;
  /** Nothing expires, is muted or reset: the cache fills up. */
  readonly isCalm: boolean;
}

const scene: fc.Arbitrary<Scene> = fc.record({
  window: fc.oneof(
    { weight: 4, arbitrary: fc.constant(seconds(10)) },
    fc.constantFrom(seconds(3), seconds(0), seconds(7.5)),
  ),
  begins: fc.constantFrom(...BEGINNINGS),
  detectors: fc.integer({ min: 2, max: DETECTORS.length }),
  seconds: fc.constantFrom(12, 20, 30, 60),
  isCalm: fc.boolean(),
});

const CALM_ACTIONS: readonly Action['kind'][] = ['observe', 'retract one', 'retract latest'];

/** Random sequences: dense, with several observations a detector, withdrawn, muted, expired and reset in all ways. */
export const sequences: fc.Arbitrary<Sequence> = fc
  .record({ scene, actions: fc.array(action, { minLength: 1, maxLength: 36, size: 'max' }) })
  .map(({ scene, actions }) => ({ window: scene.window, commands: commandsFor(scene, actions) }));

/** So many observations that windows hold dozens: a detector that floods, and what is withdrawn of it. */
export const crowds: fc.Arbitrary<Sequence> = fc
  .record({ scene, actions: fc.array(action, { minLength: 70, maxLength: 130, size: 'max' }) })
  .map(({ scene, actions }) => ({
    window: scene.window,
    commands: commandsFor({ ...scene, isCalm: true, seconds: Math.min(scene.seconds, 30) }, actions),
  }));

/** One observation of each detector, in two orders of arrival. */
export const arrivals: fc.Arbitrary<{ window: Duration; one: Observation[]; other: Observation[] }> = fc
  .record({ scene, moments: fc.array(moment, { minLength: 1, maxLength: 14, size: 'max' }) })
  .chain(({ scene, moments }) => {
    const places = moments.map((_, i) => i);
    const arriving = (order: readonly number[]): Observation[] =>
      order.map((place, reception) => ({
        order: reception,
        detector: `detector ${place}`,
        time: timeIn(scene, moments[place] ?? { second: 0, nanoseconds: 0 }),
      }));
    return fc
      .shuffledSubarray(places, { minLength: places.length })
      .map((shuffled) => ({ window: scene.window, one: arriving(places), other: arriving(shuffled) }));
  });

function timeIn(scene: Scene, { second, nanoseconds }: { second: number; nanoseconds: number }): Instant {
  return addDuration(scene.begins, (seconds(second % (scene.seconds + 1)) + BigInt(nanoseconds)) as Duration);
}

function commandsFor(scene: Scene, actions: readonly Action[]): EngineCommand[] {
  let nextOrder = 0;
  let standing: Observation[] = [];
  let muted: { readonly detector: string; readonly observations: Observation[] }[] = [];
  const name = (index: number) => DETECTORS[index % scene.detectors] ?? 'unnamed';
  const of = (detector: string) =>
    standing.filter((observation) => observation.detector === detector).sort((a, b) => a.order - b.order);

  const observe = (observation: Observation): EngineCommand => {
    standing = [...standing, observation];
    return { kind: 'observe', observation };
  };
  const retract = (detector: string, observations: readonly Observation[]): EngineCommand => {
    standing = standing.filter((observation) => !observations.includes(observation));
    return { kind: 'retract', detector, observations };
  };
  const expire = (observations: readonly Observation[]): EngineCommand => {
    standing = standing.filter((observation) => !observations.includes(observation));
    return { kind: 'expire', observations };
  };

  function commandsOf(action: Action): EngineCommand[] {
    switch (action.kind) {
      case 'observe': {
        const observation = {
          order: nextOrder++,
          detector: name(action.detector),
          time: timeIn(scene, action.moment),
        };
        const silence = muted.find(({ detector }) => detector === observation.detector);
        if (silence === undefined) return [observe(observation)];
        silence.observations.push(observation);
        return [];
      }
      case 'retract one': {
        const observation = standing[action.pick % Math.max(standing.length, 1)];
        return observation === undefined ? [] : [retract(observation.detector, [observation])];
      }
      case 'retract latest':
        return [retract(name(action.detector), of(name(action.detector)).slice(-action.n))];
      case 'retract all':
        return [retract(name(action.detector), of(name(action.detector)))];
      case 'mute': {
        const detector = name(action.detector);
        if (muted.some((silence) => silence.detector === detector)) return [];
        const observations = of(detector);
        muted.push({ detector, observations });
        return [retract(detector, observations)];
      }
      case 'unmute': {
        // They come back as older observations than others that arrived meanwhile.
        const [silence] = muted.splice(0, 1);
        return silence?.observations.map(observe) ?? [];
      }
      case 'expire until':
        return [expire(standing.filter(({ time }) => time < timeIn(scene, action.moment)))];
      case 'expire oldest':
        return [expire(standing.toSorted((a, b) => a.order - b.order).slice(0, action.n))];
      case 'reset':
        standing = [];
        muted = [];
        return [{ kind: 'reset' }];
    }
  }
  return actions.filter(({ kind }) => !scene.isCalm || CALM_ACTIONS.includes(kind)).flatMap(commandsOf);
}

/** A command, what was before it and what came of it. */
export interface Played<State> {
  readonly command: EngineCommand;
  readonly before: State;
  readonly step: Step<State>;
  /** The active observations before and after. */
  readonly activeBefore: readonly Observation[];
  readonly active: readonly Observation[];
}

/** Runs a sequence from an empty cache. */
export function replay<State>(engine: Engine<State>, { window, commands }: Sequence): Played<State>[] {
  let before = engine.empty(window);
  let activeBefore: readonly Observation[] = [];
  return commands.map((command) => {
    const step = engine.apply(before, command);
    const active = activeAfter(activeBefore, command);
    const played = { command, before, step, activeBefore, active };
    before = step.state;
    activeBefore = active;
    return played;
  });
}

function activeAfter(active: readonly Observation[], command: EngineCommand): readonly Observation[] {
  switch (command.kind) {
    case 'observe':
      return [...active, command.observation];
    case 'retract':
    case 'expire':
      return active.filter(({ order }) => !command.observations.some((gone) => gone.order === order));
    case 'reset':
      return [];
  }
}
