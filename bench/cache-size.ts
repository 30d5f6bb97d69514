import { fill } from './fill.js';
import { type Load, poster, postLoad } from './http-client.js';
import type { Context, Part, Result } from './part.js';
import { onServer } from './postgres.js';
import { type Service, startService } from './service.js';
import { median, round } from './statistics.js';
import { detector, type Message, observation, randomNumbers, spanSeconds } from './workload.js';

const DENSITY = 3;
const CONNECTIONS = [1, 16] as const;
const SMALL = 1_000;

export const cacheSize: Part = {
  name: 'cache-size',
  title: 'a command through REST and PostgreSQL, at 1,000,000 active observations and at 1,000',
  async run(context) {
    const large = context.quick ? 100_000 : 1_000_000;
    const caches: FilledCache[] = [];
    try {
      for (const size of [SMALL, large]) caches.push(await filledCache(context, size));
      return report(await compare(context, caches), caches);
    } finally {
      await Promise.all(caches.map(({ service }) => service.stop()));
    }
  },
};

interface FilledCache {
  readonly size: number;
  readonly service: Service;
  readonly fillSeconds: number;
}

async function filledCache(context: Context, size: number): Promise<FilledCache> {
  const url = await context.database(`bench_size_${size}`);
  const service = await startService(url);
  const began = performance.now();
  await fill(url, size, DENSITY, (done) => context.progress(`${done} of ${size} observations stored`));
  const fillSeconds = (performance.now() - began) / 1000;
  // What autovacuum would do by and by, and no longer while something is timed.
  await onServer(url, (client) => client.query('VACUUM (ANALYZE)'));
  await onServer(url, (client) => client.query('CHECKPOINT'));
  return { size, service, fillSeconds };
}

interface Compared {
  readonly connections: number;
  /** By round; in each, by cache. */
  readonly rounds: readonly (readonly Load[])[];
}

async function compare({ quick, progress }: Context, caches: readonly FilledCache[]): Promise<Compared[]> {
  const rounds = quick ? 4 : 12;
  const random = randomNumbers(7);
  const compared: Compared[] = [];
  for (const connections of CONNECTIONS) {
    const done: Load[][] = [];
    for (let i = -1; i < rounds; i++) {
      if (i >= 0) progress(`${connections} connections, round ${i + 1} of ${rounds}`);
      const loads: Load[] = [];
      for (const cache of caches) loads.push(await postAndWithdraw(cache, connections, random));
      // The first round fills the servers' caches and compilers.
      if (i >= 0) done.push(loads);
    }
    compared.push({ connections, rounds: done });
  }
  return compared;
}

const POSTS = 100;

/** Times some posts somewhere in the cache; then withdraws them untimed, so that size and density stay. */
async function postAndWithdraw(cache: FilledCache, connections: number, random: () => number): Promise<Load> {
  const { url, detectorKey } = cache.service;
  const post = poster(url, '/v1/observations', detectorKey);
  const retract = poster(url, '/v1/retractions', detectorKey);
  const span = spanSeconds(cache.size, DENSITY);
  const sent: Message[] = [];
  const bounds = { milliseconds: 60_000, most: POSTS };
  const load = await postLoad(url, connections, bounds, 201, () => {
    const message = observation(detector(Math.floor(random() * 1_000)), random() * span);
    sent.push(message);
    return post(message);
  });
  await postLoad(url, 16, { milliseconds: 60_000, most: sent.length }, 200, () => {
    const { uuid, detector_name } = sent.pop() as Message;
    return retract({ detector_name, retract_message_uuid: uuid, is_test: true });
  });
  return load;
}

function report(compared: readonly Compared[], caches: readonly FilledCache[]): Result {
  const cost = (load: Load) => 1000 / load.rate;
  const ratio = (rounds: Compared['rounds']) =>
    median(rounds.map(([small, large]) => cost(large as Load) / cost(small as Load)));
  const size = caches.at(-1)?.size ?? 0;
  return {
    tables: [
      {
        title: `A post where ${DENSITY} observations are in an interval of one window`,
        columns: ['connections', 'active observations', 'ms each', 'p50, ms', 'p99, ms', 'of the small cache'],
        rows: compared.flatMap(({ connections, rounds }) =>
          caches.map((cache, i) => {
            const loads = rounds.map((one) => one[i] as Load);
            return [
              connections,
              cache.size,
              round(median(loads.map(cost))),
              round(median(loads.map(({ p50 }) => p50))),
              round(median(loads.map(({ p99 }) => p99))),
              i === 0 ? 1 : round(ratio(rounds)),
            ];
          }),
        ),
      },
      {
        title: 'Filling the caches through the cache service, in process',
        columns: ['observations', 'seconds', 'per second'],
        rows: caches.map((cache) => [cache.size, round(cache.fillSeconds), round(cache.size / cache.fillSeconds)]),
      },
    ],
    targets: compared.map(({ connections, rounds }) => ({
      what: `a command at ${size} active observations, of one at ${SMALL}, ${connections} connections`,
      measured: round(ratio(rounds)),
      atMost: 1.5,
    })),
    notes: ['The two take turns on one server; the ratio is the median of the ratios of each round.'],
  };
}
