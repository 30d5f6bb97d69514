import { serviceEnvironment, untilReading } from '../test/support/kafka/index.js';
import { startProcess } from './child.js';
import { BenchClient, type Follower } from './kafka/client.js';
import { observationRecord, resetRecord, type Written } from './kafka/messages.js';
import { type Latencies, predecessorLatencies } from './kafka/predecessor.js';
import { type BenchBroker, withBroker } from './kafka/site.js';
import type { Context, Part, Result } from './part.js';
import { startService } from './service.js';
import { median, quantile, round } from './statistics.js';
import { DETECTORS, detector } from './workload.js';

const BURST = 20;
const STREAM = 200;
const MINUTE = 60;

export const kafkaLatency: Part = {
  name: 'kafka-latency',
  title: 'from an observation written to Kafka to its alert read there, next to an echo and to snews_cs',
  run: (context) => withBroker((site) => measure(context, site)),
};

/** A server that takes observations and publishes alerts. */
interface Peer {
  readonly name: string;
  readonly observations: string;
  readonly alerts: Follower;
}

async function measure(context: Context, site: BenchBroker): Promise<Result> {
  const { broker } = site;
  const topics = await site.topics();
  const echoTopics = await site.topics();
  const fencedTopics = await site.topics();
  const service = await startService(await context.database('bench_kafka'), serviceEnvironment(broker.brokers, topics));
  const echo = await startEcho([broker.brokers, echoTopics.observations, echoTopics.alerts]);
  const fencedEcho = await startEcho([broker.brokers, fencedTopics.observations, fencedTopics.alerts, 'fenced-echo']);
  const client = await BenchClient.connect(broker.brokers);
  try {
    const ours = {
      name: 'this server',
      observations: topics.observations,
      alerts: await client.follow(topics.alerts),
    };
    const echoes = await client.follow(echoTopics.alerts);
    const fencedEchoes = await client.follow(fencedTopics.alerts);
    await untilReading(service);

    const rounds = context.quick ? 5 : 40;
    const single: number[] = [];
    const floor: number[] = [];
    const fenced: number[] = [];
    const bursts: number[] = [];
    const streams: number[] = [];
    // Untimed: connections are made, code is compiled.
    for (let i = 0; i < 3; i++) await oneByOne(client, ours);
    for (let i = 0; i < rounds; i++) {
      context.progress(`round ${i + 1} of ${rounds}`);
      for (const message of burst(0).slice(1)) {
        floor.push(await echoes.time(() => client.write(echoTopics.observations, [message])));
        fenced.push(await fencedEchoes.time(() => client.write(fencedTopics.observations, [message])));
      }
      single.push(...(await oneByOne(client, ours)));
      bursts.push(await together(client, ours, 1));
      streams.push(await together(client, ours, STREAM / BURST));
    }
    context.progress('snews_cs');
    return report({ floor, fenced, single, bursts, streams, predecessor: await predecessorLatencies(site) });
  } finally {
    await client.close();
    await Promise.all([service.stop(), echo.stop(), fencedEcho.stop()]);
  }
}

function startEcho(args: readonly string[]) {
  return startProcess(new URL('kafka/echo.ts', import.meta.url), {
    args,
    options: ['--import', 'tsx'],
    environment: { PATH: process.env['PATH'] },
    ready: /echoing/,
  });
}

/** The detectors, one after the other, within a window. */
function burst(minute: number): Written[] {
  return Array.from({ length: BURST }, (_, i) => observationRecord(detector(i), minute * MINUTE + i * 0.3));
}

/** Milliseconds from each observation to its alert, each written when the alert before it has come. */
async function oneByOne(client: BenchClient, { observations, alerts }: Peer): Promise<number[]> {
  const [first, ...others] = burst(0) as [Written, ...Written[]];
  await client.write(observations, [resetRecord(), first]);
  const times: number[] = [];
  for (const observation of others) times.push(await alerts.time(() => client.write(observations, [observation])));
  return times;
}

/** Milliseconds until the last alert is there of some bursts, each in a window of its own, written at once. */
async function together(client: BenchClient, { observations, alerts }: Peer, bursts: number): Promise<number> {
  await client.write(observations, [resetRecord()]);
  const messages = Array.from({ length: bursts }, (_, minute) => burst(minute)).flat();
  let whole = 0;
  return await alerts.time(
    () => client.write(observations, messages),
    (alert) => {
      const { detector_names } = JSON.parse(alert) as { detector_names: string[] };
      if (detector_names.length === BURST) whole++;
      return whole === bursts;
    },
  );
}

interface Times {
  readonly floor: readonly number[];
  readonly fenced: readonly number[];
  readonly single: readonly number[];
  readonly bursts: readonly number[];
  readonly streams: readonly number[];
  readonly predecessor: Latencies | undefined;
}

function report({ floor, fenced, single, bursts, streams, predecessor }: Times): Result {
  const line = (what: string, times: readonly number[]) => [
    what,
    times.length,
    round(median(times)),
    round(quantile(times, 0.99)),
    round(Math.max(...times)),
    round(median(times) / median(floor)),
    round(quantile(times, 0.99) / quantile(floor, 0.99)),
  ];
  return {
    tables: [
      {
        title: 'From the first byte written to the last alert read',
        columns: ['what', 'times', 'p50, ms', 'p99, ms', 'longest, ms', 'p50, of the echo', 'p99, of the echo'],
        rows: [
          line('echo: written, read, written, read', floor),
          line('the same, written in a transaction: the least that fences', fenced),
          line('one observation, its alert', single),
          line(`burst of ${BURST} detectors, last alert`, bursts),
          line(`${STREAM} observations, ${STREAM / BURST} windows, last alert`, streams),
          ...(predecessor === undefined
            ? []
            : [
                line('snews_cs: one observation, its alert', predecessor.singles),
                line(`snews_cs: burst of ${BURST} detectors, last alert`, [predecessor.burst]),
              ]),
        ],
      },
    ],
    targets: [
      {
        what: "one observation, p50 of the echo's",
        measured: round(median(single) / median(floor)),
        atMost: 5,
      },
      {
        what: "one observation, p99 of the echo's",
        measured: round(quantile(single, 0.99) / quantile(floor, 0.99)),
        atMost: 5,
      },
      {
        what: "burst, median of the echo's p50",
        measured: round(median(bursts) / median(floor)),
        atMost: 40,
      },
    ],
    notes: [
      `${DETECTORS.length} detectors are known; alerts are read as committed.`,
      ...(predecessor === undefined ? ['Without Python there is no snews_cs to compare with.'] : []),
    ],
  };
}
