import { setTimeout as pause } from 'node:timers/promises';
import { pythonEnvironment } from '../../test/support/python/environment.js';
import { startSnewsCs } from '../../test/support/python/snews-cs.js';
import { detector } from '../workload.js';
import { BenchClient, type Follower } from './client.js';
import { observationRecord, timeText } from './messages.js';
import type { BenchBroker } from './site.js';

const SINGLES = 20;
const STREAM = 200;
const BURST = 20;
/** Further apart than a window. */
const MINUTE = 60;

/** What snews_cs does with the same bytes on the same broker. */
export interface Predecessor {
  /** Milliseconds from an observation to its alert, at any moment of its polling. */
  readonly singles: readonly number[];
  /** Milliseconds until the last alert of a burst. */
  readonly burst: number;
  /** Records per second of a stream that is there at once. */
  readonly rate: number;
}

/** undefined where there is no Python to run it with. */
export async function measurePredecessor(site: BenchBroker): Promise<Predecessor | undefined> {
  const python = await pythonEnvironment('snews-cs');
  if (python === undefined) return undefined;
  const topics = await site.topics();
  const { saslBrokers, username, password, brokers } = site.broker;
  const server = await startSnewsCs({ python, sasl: { brokers: saslBrokers, username, password }, topics });
  const client = await BenchClient.connect(brokers);
  try {
    const alerts = await client.follow(topics.alerts);
    const observe = (detectorName: string, seconds: number) =>
      client.write(topics.observations, [observationRecord(detectorName, seconds)]);
    const burst = await timeTo(alerts, 5.7, () =>
      client.write(
        topics.observations,
        Array.from({ length: BURST }, (_, i) => observationRecord(detector(i), i * 0.3)),
      ),
    );
    const singles: number[] = [];
    for (let i = 0; i < SINGLES; i++) {
      await pause(200 + Math.random() * 1_000);
      // The last detector changes its time again and again: an update each.
      singles.push(await timeTo(alerts, 6 + i / 100, () => observe(detector(BURST - 1), 6 + i / 100)));
    }
    const stream = Array.from({ length: STREAM }, (_, i) =>
      observationRecord(detector(i % BURST), Math.floor(i / BURST) * MINUTE + (i % BURST) * 0.3),
    );
    // Its alert says that all before it are done.
    stream.push(observationRecord(detector(BURST - 1), 7));
    const milliseconds = await timeTo(alerts, 7, () => client.write(topics.observations, stream));
    return { singles, burst, rate: (stream.length * 1000) / milliseconds };
  } finally {
    await client.close();
    await server.stop();
  }
}

/** Until an alert that shows this neutrino time. */
function timeTo(alerts: Follower, seconds: number, work: () => Promise<void>): Promise<number> {
  const time = timeText(seconds);
  return alerts.time(work, (alert) => alert.includes(time));
}
