import type pg from 'pg';
import { type ServerProcess, startServer } from './child.js';
import { type Bounds, type Load, poster, postLoad, underLoad } from './http-client.js';
import type { Context, Part, Result } from './part.js';
import { createPlainTable, INSERT, plainClients, row } from './plain-insert.js';
import { type Service, startService } from './service.js';
import { median, round } from './statistics.js';
import { detector, type Message, observation, randomNumbers } from './workload.js';

const CONNECTIONS = [1, 16, 64] as const;
/** Observations are so sparse in these seconds that hardly any two coincide. */
const CENTURY_SECONDS = 100 * 365 * 86_400;
const MOST_REQUESTS = 100_000;
const WAYS = ['service', 'bare', 'plain'] as const;
/** Untimed, before each turn: pools may have closed connections that were idle. */
const RUN_UP: Bounds = { milliseconds: 300, most: MOST_REQUESTS };

export const rest: Part = {
  name: 'rest',
  title: 'posts per second over REST, next to a bare route with one insert and to plain inserts',
  async run(context) {
    const service = await startService(await context.database('bench_rest'));
    const plain = await context.database('bench_plain');
    await createPlainTable(plain);
    const bare = await startServer(new URL('bare-route.ts', import.meta.url), {
      options: ['--import', 'tsx'],
      environment: { PATH: process.env['PATH'], DATABASE_URL: plain },
      ready: /listening on (http:\S+)\n/,
    });
    try {
      return await compare(context, service, bare, plain);
    } finally {
      await Promise.all([service.stop(), bare.stop()]);
    }
  },
};

interface Round {
  readonly service: Load;
  readonly bare: Load;
  readonly plain: Load;
}

interface Compared {
  readonly connections: number;
  readonly rounds: readonly Round[];
  /** Milliseconds of the servers' processor time per request; NaN where the system doesn't tell. */
  readonly serviceCpu: number;
  readonly bareCpu: number;
}

async function compare(context: Context, service: Service, bare: ServerProcess, plain: string): Promise<Result> {
  const random = randomNumbers(1);
  let posted = 0;
  const message = (): Message => observation(detector(posted++), random() * CENTURY_SECONDS);
  const toService = poster(service.url, '/v1/observations', service.detectorKey);
  // The same headers: the bare route ignores the key, but reads it.
  const toBare = poster(bare.url, '/observations', service.detectorKey);
  const ways = {
    service: (connections: number, bounds: Bounds) =>
      postLoad(service.url, connections, bounds, 201, () => toService(message())),
    bare: (connections: number, bounds: Bounds) =>
      postLoad(bare.url, connections, bounds, 201, () => toBare(message())),
    plain: (connections: number, bounds: Bounds) => insertLoad(plain, connections, bounds, message),
  };
  const bounds = { milliseconds: context.quick ? 1_000 : 4_000, most: MOST_REQUESTS };
  const rounds = context.quick ? 3 : 7;
  for (const way of Object.values(ways)) await way(16, { milliseconds: 1_500, most: MOST_REQUESTS });

  const compared: Compared[] = [];
  for (const connections of CONNECTIONS) {
    const done: Round[] = [];
    const cpu = { service: 0, bare: 0 };
    for (let i = 0; i < rounds; i++) {
      context.progress(`${connections} connections, round ${i + 1} of ${rounds}`);
      const loads: Partial<Record<keyof Round, Load>> = {};
      // Each comes first as often as the others: what one leaves to be written to the disk slows down the next.
      for (let turn = 0; turn < WAYS.length; turn++) {
        const way = WAYS[(i + turn) % WAYS.length] as keyof Round;
        await ways[way](connections, RUN_UP);
        const server = way === 'plain' ? undefined : { service, bare }[way];
        const before = await server?.cpuSeconds();
        loads[way] = await ways[way](connections, bounds);
        if (way !== 'plain') cpu[way] += ((await server?.cpuSeconds()) ?? 0) - (before ?? 0);
      }
      done.push(loads as Round);
    }
    const total = (of: 'service' | 'bare') => done.reduce((sum, round) => sum + round[of].count, 0);
    compared.push({
      connections,
      rounds: done,
      serviceCpu: (cpu.service * 1000) / total('service'),
      bareCpu: (cpu.bare * 1000) / total('bare'),
    });
  }
  return report(compared);
}

async function insertLoad(url: string, count: number, bounds: Bounds, message: () => Message): Promise<Load> {
  const clients = await plainClients(url, count);
  try {
    return await underLoad(count, bounds, async (worker) => {
      await (clients[worker] as pg.Client).query({ ...INSERT, values: row(message()) });
    });
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

function report(compared: readonly Compared[]): Result {
  const rows = compared.flatMap(({ connections, rounds, serviceCpu, bareCpu }) => {
    const line = (what: string, of: keyof Round, cpu: number | string) => [
      connections,
      what,
      round(median(rounds.map((one) => one[of].rate))),
      round(median(rounds.map((one) => one[of].p50))),
      round(median(rounds.map((one) => one[of].p99))),
      cpu,
      round(ratioToBare(rounds, of)),
    ];
    return [
      line('POST /v1/observations', 'service', round(serviceCpu)),
      line('bare route, one insert', 'bare', round(bareCpu)),
      line('plain inserts, no HTTP', 'plain', '-'),
    ];
  });
  const busiest = compared.at(-1) as Compared;
  return {
    tables: [
      {
        title: 'Requests, each answered after its commit',
        columns: ['connections', 'what', 'per second', 'p50, ms', 'p99, ms', "server's CPU, ms each", 'rate, of bare'],
        rows,
      },
    ],
    targets: [
      {
        what: `rate at ${busiest.connections} connections, of the bare route's`,
        measured: round(ratioToBare(busiest.rounds, 'service')),
        atLeast: 0.5,
      },
    ],
    notes: [
      'Medians of rounds in which the three take turns; the ratio is the median of the ratios of each round.',
      'One client for both servers, in the process of the bench; every answer was checked to be 201.',
    ],
  };
}

function ratioToBare(rounds: readonly Round[], of: keyof Round): number {
  return median(rounds.map((one) => one[of].rate / one.bare.rate));
}
