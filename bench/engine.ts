import type { CompleteState } from '../src/domain/coincidence/complete.js';
import type { Observation } from '../src/domain/coincidence/engine.js';
import type { Duration, Instant } from '../src/domain/time.js';
import { compiled } from './compiled.js';
import type { Context, Part, Result } from './part.js';
import { type Cost, costOf, median, medianCost, quantile, round } from './statistics.js';
import { detector, randomNumbers, spanSeconds, WINDOW_SECONDS } from './workload.js';

type Complete = Awaited<ReturnType<typeof compiled.complete>>['complete'];

const WINDOW = 10_000_000_000n as Duration;
const FIRST = 1_893_456_000_000_000_000n;
const USUAL_DENSITY = 3;
const FLOOD = 10_000;

export const engine: Part = {
  name: 'engine',
  title: 'the engine in process: cost per command against size and density',
  async run(context) {
    const { complete } = await compiled.complete();
    // Compiled by the machine code compiler before anything is timed.
    measure(complete, { size: 20_000, density: USUAL_DENSITY, order: 'random', rounds: 1 });
    const sizes = context.quick ? [1_000, 10_000, 100_000] : [1_000, 10_000, 100_000, 1_000_000];
    const bySize = sizes.flatMap((size) =>
      (['random', 'time'] as const).map((order) => {
        context.progress(`${size} active observations, in ${order} order`);
        return { size, order, ...measure(complete, { size, density: USUAL_DENSITY, order, rounds: 20 }) };
      }),
    );
    const byDensity = [1, 3, 10, 30, 100, 300, 1_000].map((density) => {
      context.progress(`${density} observations in a window`);
      const size = context.quick ? 5_000 : 20_000;
      return { density, ...measure(complete, { size, density, order: 'random', rounds: density > 100 ? 5 : 10 }) };
    });
    context.progress(`one detector floods one window with ${FLOOD} observations`);
    const flood = floodWindow(complete, context);
    return report(bySize, byDensity, flood);
  },
};

interface Measured {
  readonly engine: Cost;
  readonly floor: Cost;
}

interface Case {
  readonly size: number;
  readonly density: number;
  /** In which order observations arrive: at random, or by their times. */
  readonly order: 'random' | 'time';
  readonly rounds: number;
}

/** What the last commands cost that fill a cache to its size, in rounds taken in turns with the floor's. */
function measure(complete: Complete, { size, density, order, rounds }: Case): Measured {
  const perRound = Math.max(10, Math.min(1_000, Math.floor(size / 2 / rounds), Math.floor(30_000 / density)));
  const observations = arrivals(size, density, order);
  const before = size - rounds * perRound;
  const floorMap = new Map<number, Observation[]>();
  let state: CompleteState = complete.empty(WINDOW);
  const engineOn = (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      state = complete.apply(state, { kind: 'observe', observation: observations[i] as Observation }).state;
    }
  };
  const floorOn = (from: number, to: number) => {
    for (let i = from; i < to; i++) sortIn(floorMap, observations[i] as Observation);
  };
  engineOn(0, before);
  floorOn(0, before);
  const engineCosts: Cost[] = [];
  const floorCosts: Cost[] = [];
  for (let at = before; at < size; at += perRound) {
    engineCosts.push(costOf(perRound, () => engineOn(at, at + perRound)));
    floorCosts.push(costOf(perRound, () => floorOn(at, at + perRound)));
  }
  return { engine: medianCost(engineCosts), floor: medianCost(floorCosts) };
}

/** The floor: what any engine does at least. The observation goes, by its time, into a plain Map of sorted arrays. */
function sortIn(map: Map<number, Observation[]>, observation: Observation): void {
  const index = Math.floor(Number(observation.time) / Number(WINDOW));
  const bucket = map.get(index);
  if (bucket === undefined) {
    map.set(index, [observation]);
    return;
  }
  let at = bucket.length;
  while (at > 0 && (bucket[at - 1] as Observation).time > observation.time) at--;
  bucket.splice(at, 0, observation);
}

function arrivals(size: number, density: number, order: Case['order']): Observation[] {
  const random = randomNumbers(size + density);
  const nanoseconds = spanSeconds(size, density) * 1e9;
  const times = Array.from({ length: size }, () => Math.floor(random() * nanoseconds));
  if (order === 'time') times.sort((a, b) => a - b);
  return times.map((time, i) => ({
    order: i + 1,
    detector: detector(Math.floor(random() * 1_000)),
    time: (FIRST + BigInt(time)) as Instant,
  }));
}

/** Milliseconds of each of the last hundred. */
function floodWindow(complete: Complete, { quick }: Context): number[] {
  const random = randomNumbers(FLOOD);
  const last: number[] = [];
  for (let run = 0; run < (quick ? 1 : 3); run++) {
    let state: CompleteState = complete.empty(WINDOW);
    for (let order = 1; order <= FLOOD; order++) {
      const time = (FIRST + BigInt(Math.floor(random() * WINDOW_SECONDS * 1e9))) as Instant;
      const began = performance.now();
      state = complete.apply(state, { kind: 'observe', observation: { order, detector: detector(0), time } }).state;
      if (order > FLOOD - 100) last.push(performance.now() - began);
    }
  }
  return last;
}

type Row = readonly (string | number)[];

function figures({ engine, floor }: Measured): Row {
  const perSecond = (microseconds: number) => round(1e6 / microseconds);
  return [
    perSecond(engine.wall),
    perSecond(engine.cpu),
    round(engine.cpu),
    round(floor.cpu),
    round(engine.cpu / floor.cpu),
  ];
}

function report(
  bySize: readonly (Measured & { size: number; order: string })[],
  byDensity: readonly (Measured & { density: number })[],
  flood: readonly number[],
): Result {
  const columns = ['commands/s (elapsed)', 'commands/s (CPU)', 'CPU µs', 'floor, CPU µs', 'times the floor'];
  const usual = bySize.filter(({ order }) => order === 'random');
  const byTime = bySize.filter(({ order }) => order === 'time');
  const smallest = usual[0]?.engine.cpu ?? Number.NaN;
  const largest = usual.at(-1)?.engine.cpu ?? Number.NaN;
  return {
    tables: [
      {
        title: `By size, ${USUAL_DENSITY} observations in an interval of one window`,
        columns: ['active observations', 'arrive in order of', ...columns],
        rows: bySize.map((row) => [row.size, row.order, ...figures(row)]),
      },
      {
        title: 'By density, random order',
        columns: ['observations in a window', ...columns],
        rows: byDensity.map((row) => [row.density, ...figures(row)]),
      },
      {
        title: `The last 100 of ${FLOOD} observations of one detector in one window`,
        columns: ['median, ms', 'p99, ms', 'largest, ms'],
        rows: [[round(median(flood)), round(quantile(flood, 0.99)), round(Math.max(...flood))]],
      },
    ],
    targets: [
      {
        what: 'commands/s (CPU) with three in a window, as they come by their times, at the slowest size',
        measured: round(1e6 / Math.max(...byTime.map(({ engine: { cpu } }) => cpu))),
        atLeast: 50_000,
      },
      {
        what: 'commands/s (CPU) with three in a window, in random order, at the smallest size',
        measured: round(1e6 / smallest),
        atLeast: 50_000,
      },
      { what: 'a command of a flood, p99 in ms', measured: round(quantile(flood, 0.99)), atMost: 50 },
    ],
    notes: [
      'Floor: the same observations into a plain Map of sorted arrays, in the same run, in turns.',
      'CPU: processor time with garbage collection, which other work on the machine hardly changes.',
      `In random order the largest cache costs ${round(largest / smallest)} times the smallest per command: memory it reads was used long ago.`,
      'The service never holds more in its engine than the neighbourhood of a batch, whatever its caches hold.',
    ],
  };
}
