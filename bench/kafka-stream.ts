import type pg from 'pg';
import { serviceEnvironment } from '../test/support/kafka/index.js';
import { startProcess } from './child.js';
import { BenchClient } from './kafka/client.js';
import { observationRecord, type Written } from './kafka/messages.js';
import { predecessorRate, type Rate } from './kafka/predecessor.js';
import { type BenchBroker, withBroker } from './kafka/site.js';
import type { Context, Part, Result } from './part.js';
import { onServer } from './postgres.js';
import { startService } from './service.js';
import { median, round } from './statistics.js';
import { DETECTORS, detector, randomNumbers, spanSeconds } from './workload.js';

/** Observations in an interval of one window, on average. */
const DENSITIES = { sparse: 0.02, dense: 3 } as const;
type Density = keyof typeof DENSITIES;
const KINDS = Object.keys(DENSITIES) as Density[];
const AT_LEAST: Record<Density, number> = { sparse: 0.3, dense: 0.1 };
const OF_SNEWS_CS = 300;
const MIB = 1024 * 1024;

export const kafkaStream: Part = {
  name: 'kafka-stream',
  title: 'observations per second from Kafka, next to a bare loop and to snews_cs; memory over a long stream',
  run: (context) => withBroker((site) => measure(context, site)),
};

interface Speed {
  readonly service: number;
  readonly bare: number;
  /** Share of the observations that raised an alert. */
  readonly alerts: number;
}

async function measure(context: Context, site: BenchBroker): Promise<Result> {
  const count = context.quick ? 4_000 : 20_000;
  const rounds = context.quick ? 1 : 5;
  const speeds: Record<Density, Speed[]> = { sparse: [], dense: [] };
  context.progress(`${count} observations that don't count: the broker compiles its code`);
  await speed(context, site, observations(count, 'sparse'));
  for (let i = 0; i < rounds; i++) {
    for (const density of KINDS) {
      context.progress(`${count} observations, ${density}, round ${i + 1} of ${rounds}`);
      speeds[density].push(await speed(context, site, observations(count, density)));
    }
  }
  const few = context.quick ? 100 : 1_000;
  const predecessor: Record<Density, Rate | undefined> = { sparse: undefined, dense: undefined };
  for (const density of KINDS) {
    context.progress(`observations through snews_cs, ${density}`);
    predecessor[density] = await predecessorRate(site, observations(few, density));
  }
  const long = context.quick ? 20_000 : 500_000;
  context.progress(`${long} observations for the memory`);
  const memory = await memoryOver(context, site, long);
  return report({ count, speeds, predecessor, memory });
}

function observations(count: number, density: Density): Written[] {
  const random = randomNumbers(count);
  const span = spanSeconds(count, DENSITIES[density]);
  return Array.from({ length: count }, () =>
    observationRecord(detector(Math.floor(random() * DETECTORS.length)), random() * span, true),
  );
}

/** The same topic, full beforehand, through the service and through the bare loop: each from its first record on. */
async function speed(context: Context, site: BenchBroker, records: readonly Written[]): Promise<Speed> {
  const { broker } = site;
  const topics = await site.topics();
  const client = await BenchClient.connect(broker.brokers);
  await client.write(topics.observations, records);
  await client.close();
  const bareUrl = await context.database('bench_bare');
  const bare = await bareRate(broker.brokers, topics.observations, records.length, bareUrl);
  const databaseUrl = await context.database('bench_stream');
  const service = await startService(databaseUrl, serviceEnvironment(broker.brokers, topics));
  try {
    const rate = await onServer(databaseUrl, (pgClient) => rateUntil(pgClient, records.length));
    const alerts = await onServer(databaseUrl, async (pgClient) => {
      const { rows } = await pgClient.query(`SELECT count(DISTINCT command)::int AS alerting FROM alert`);
      return rows[0].alerting / records.length;
    });
    return { service: rate, bare, alerts };
  } finally {
    await service.stop();
  }
}

async function bareRate(brokers: string, topic: string, count: number, databaseUrl: string): Promise<number> {
  const done = /done in ([\d.]+) ms\n/;
  const loop = await startProcess(new URL('kafka/bare-loop.ts', import.meta.url), {
    args: [brokers, topic, String(count)],
    options: ['--import', 'tsx'],
    environment: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl },
    ready: done,
  });
  await loop.stop();
  return count / (Number(done.exec(loop.output)?.[1]) / 1000);
}

const LOOK_MILLISECONDS = 10;

/** Records per second that take effect, from the first that was seen to have done so to the last. */
async function rateUntil(client: pg.Client, count: number, onLook?: (taken: number) => Promise<void>): Promise<number> {
  let first: { readonly at: number; readonly taken: number } | undefined;
  for (;;) {
    const { rows } = await client.query({
      name: 'position',
      text: `SELECT coalesce(max(position), 0)::int AS taken FROM stream_position`,
    });
    const { taken } = rows[0] as { taken: number };
    const now = performance.now();
    if (taken > 0) first ??= { at: now, taken };
    if (onLook !== undefined) await onLook(taken);
    if (first !== undefined && taken >= count) return ((taken - first.taken) * 1000) / (now - first.at);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
  }
}

interface Memory {
  readonly count: number;
  /** MiB after tenths of the stream. */
  readonly tenths: readonly number[];
  readonly rate: number;
}

async function memoryOver(context: Context, site: BenchBroker, count: number): Promise<Memory> {
  const { broker } = site;
  const topics = await site.topics();
  const client = await BenchClient.connect(broker.brokers);
  for (let written = 0; written < count; written += 10_000) {
    await client.write(topics.observations, observations(10_000, 'sparse'));
  }
  await client.close();
  const databaseUrl = await context.database('bench_memory');
  const service = await startService(databaseUrl, serviceEnvironment(broker.brokers, topics));
  const tenths: number[] = [];
  try {
    const rate = await onServer(databaseUrl, (pgClient) =>
      rateUntil(pgClient, count, async (taken) => {
        if (taken < ((tenths.length + 1) * count) / 10) return;
        tenths.push((await service.memory()) / MIB);
        context.progress(`${taken} of ${count}: ${Math.round(tenths.at(-1) ?? 0)} MiB`);
      }),
    );
    return { count, tenths, rate };
  } finally {
    await service.stop();
  }
}

interface Measured {
  readonly count: number;
  readonly speeds: Readonly<Record<Density, readonly Speed[]>>;
  readonly predecessor: Readonly<Record<Density, Rate | undefined>>;
  readonly memory: Memory;
}

function report({ count, speeds, predecessor, memory }: Measured): Result {
  const ratio = (density: Density) => median(speeds[density].map(({ service, bare }) => service / bare));
  const rate = (density: Density, of: 'service' | 'bare') => median(speeds[density].map((speed) => speed[of]));
  const ofPredecessor = (density: Density) => {
    const theirs = predecessor[density]?.perSecond;
    return theirs && round(rate(density, 'service') / theirs);
  };
  const early = median(memory.tenths.slice(1, 4));
  const late = median(memory.tenths.slice(-3));
  return {
    tables: [
      {
        title: `${count} observations that wait in a topic, records per second`,
        columns: ['per window', 'raise an alert', 'this server', 'bare loop', 'of the loop', 'snews_cs', 'of snews_cs'],
        rows: KINDS.map((density) => [
          DENSITIES[density],
          `${round(100 * median(speeds[density].map(({ alerts }) => alerts)))} %`,
          round(rate(density, 'service')),
          round(rate(density, 'bare')),
          round(ratio(density)),
          predecessor[density] === undefined ? '-' : round(predecessor[density].perSecond),
          ofPredecessor(density) ?? '-',
        ]),
      },
      {
        title: `Memory of the server over ${memory.count} observations (${round(memory.rate)} records per second)`,
        columns: ['after', 'MiB'],
        rows: memory.tenths.map((mebibytes, i) => [((i + 1) * memory.count) / 10, round(mebibytes)]),
      },
    ],
    targets: [
      ...KINDS.map((density) => ({
        what: `${DENSITIES[density]} per window, of the bare loop`,
        measured: round(ratio(density)),
        atLeast: AT_LEAST[density],
      })),
      ...KINDS.flatMap((density) => {
        const measured = ofPredecessor(density);
        const what = `${DENSITIES[density]} per window, of snews_cs`;
        return measured === undefined ? [] : [{ what, measured, atLeast: OF_SNEWS_CS }];
      }),
      { what: 'memory late, of early', measured: round(late / early), atMost: 1.15 },
    ],
    notes: [
      'The bare loop: kafkajs, and one row per message in batches of 500. Both read the same topic from its beginning.',
      predecessor.sparse === undefined
        ? 'Without Python there is no snews_cs to compare with.'
        : `snews_cs: as dense, but shorter: the first ${predecessor.sparse.taken} and ${predecessor.dense?.taken}, at most a minute and a half.`,
      'Early: the median of the second to fourth tenth; late: that of the last three.',
    ],
  };
}
