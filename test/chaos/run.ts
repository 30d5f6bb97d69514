import { setTimeout as pause } from 'node:timers/promises';
import { startLoad } from '../support/load.js';
import { createRandom } from '../support/random.js';
import { ADMIN_KEY } from '../support/service-process.js';
import { check, type Figures } from './checks.js';
import { FAULTS, type Fault } from './faults.js';
import { follow } from './followers.js';
import { startStreamLoad } from './stream-load.js';
import { openWorld, PARTITIONS, type World } from './world.js';

const CONNECTIONS = 4;
const PACE_MILLISECONDS = 25;
/** Before each fault the load goes on undisturbed. */
const CALM_MILLISECONDS = 2_000;
/** After a fault is over, within this time every replica must say that nothing is missing. */
const RECOVERY_MILLISECONDS = 90_000;

/** Nothing expires and nothing is too many, so that what is sent can be counted. */
const ENVIRONMENT = { CACHE_EXPIRATION: '864000', LOG_LEVEL: 'info' };

export interface ChaosOptions {
  /** The same seed gives the same faults in the same order. */
  readonly seed: number;
  /** Faults happen for so long; what follows is the check. */
  readonly seconds: number;
  /** Names of those that happen, each in turn; by default all, shuffled. */
  readonly faults?: readonly string[];
  /** Ends it after the fault that happens now; what was done until then is checked. */
  readonly signal?: AbortSignal;
  say(line: string): void;
}

export interface ChaosReport {
  readonly faults: readonly { readonly name: string; readonly times: number; readonly slowestRecovery: number }[];
  readonly figures: Figures;
  readonly violations: readonly string[];
  /** What the replicas wrote. */
  readonly logs: readonly string[];
}

/**
 * Lets faults happen to a deployment under load, one after the other, and then checks that everything acknowledged
 * took effect once.
 *
 * @returns undefined, after a loud line, where a broker can't run
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport | undefined> {
  options.say('Starting three brokers, a primary and a standby of PostgreSQL, and two replicas of the service.');
  const world = await openWorld(ENVIRONMENT);
  if (world === undefined) return undefined;
  let report: ChaosReport;
  try {
    report = await disturb(world, options);
  } catch (error) {
    await world.stop();
    throw error;
  }
  try {
    await world.stop();
    return report;
  } catch (error) {
    return { ...report, violations: [...report.violations, (error as Error).message] };
  }
}

async function disturb(world: World, { seed, seconds, faults, signal, say }: ChaosOptions): Promise<ChaosReport> {
  const random = createRandom(seed);
  const violations: string[] = [];
  const statuses = new Set<number>();
  const { replicas, kafka, topics } = world;
  const load = startLoad({
    url: (connection) => (replicas[connection % replicas.length] as (typeof replicas)[number]).url,
    key: ADMIN_KEY,
    connections: CONNECTIONS,
    paceMs: PACE_MILLISECONDS,
    onFailure: (failure) => {
      if ('status' in failure) statuses.add(failure.status);
    },
  });
  const stream = await startStreamLoad(kafka.brokers, topics.observations, PARTITIONS, createRandom(seed + 1));
  const followers = replicas.map(({ url }) => follow(url, ADMIN_KEY));

  const happened = new Map<string, number[]>();
  const deadline = performance.now() + seconds * 1_000;
  for (const fault of schedule(random, faults)) {
    if (performance.now() > deadline || signal?.aborted) break;
    await pause(CALM_MILLISECONDS);
    const began = performance.now();
    await fault.happen(world, random, stream);
    const over = performance.now();
    violations.push(...untruths(world, fault, began, over));
    try {
      await world.untilWell(RECOVERY_MILLISECONDS);
    } catch (error) {
      violations.push(`${fault.name}: ${(error as Error).message}`);
    }
    const recovery = performance.now() - over;
    happened.set(fault.name, [...(happened.get(fault.name) ?? []), recovery]);
    const sent = `${load.posted.length} posts and ${stream.good.size} records`;
    say(`${fault.name}: ${inSeconds(over - began)}, well again after ${inSeconds(recovery)}; ${sent} so far`);
  }
  await stream.stop();
  const posted = await load.stop();
  for (const status of statuses) if (status !== 503) violations.push(`a post was answered with ${status}`);
  say('Checking what is stored, published and shown.');
  const checked = await check(world, { posted, stream, followers });
  await Promise.all(followers.map((one) => one.stop()));
  for (const { surprises } of replicas) violations.push(...surprises.map((words) => `a replica ended: ${words}`));
  return {
    faults: [...happened].map(([name, times]) => ({
      name,
      times: times.length,
      slowestRecovery: Math.max(...times) / 1_000,
    })),
    figures: checked.figures,
    violations: [...violations, ...checked.violations],
    logs: replicas.map(({ log }) => log),
  };
}

/** Those that are named in turn, or all of them, shuffled anew each time. */
function* schedule(random: ReturnType<typeof createRandom>, names: readonly string[] | undefined): Generator<Fault> {
  if (names !== undefined) {
    for (const name of names) {
      const fault = FAULTS.find((one) => one.name === name);
      if (fault === undefined) throw new Error(`there is no fault named "${name}"`);
      yield fault;
    }
    return;
  }
  for (;;) {
    const left = [...FAULTS];
    while (left.length > 0) yield left.splice(random.whole(left.length), 1)[0] as Fault;
  }
}

/** Looks at /readyz that said something else than what was so. */
function untruths(world: World, { name, shows }: Fault, began: number, over: number): string[] {
  if (shows === undefined) return [];
  return world.health.flatMap((health, i) => {
    const wrong = health.between(began + shows.after, over - 250).find((look) => !shows.is(look));
    if (wrong === undefined) return [];
    const after = inSeconds(wrong.asked - began);
    const said = `${wrong.status} ${JSON.stringify(wrong.degraded)}`;
    return [`${name}: after ${after} /readyz of replica ${i + 1} said ${said}, and should say: ${shows.words}`];
  });
}

function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}
