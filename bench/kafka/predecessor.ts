import { setTimeout as pause } from 'node:timers/promises';
import { pythonEnvironment } from '../../test/support/python/environment.js';
import { type SnewsCs, startSnewsCs } from '../../test/support/python/snews-cs.js';
import { detector } from '../workload.js';
import { BenchClient, type Follower } from './client.js';
import { observationRecord, timeText, type Written } from './messages.js';
import type { BenchBroker } from './site.js';

const SINGLES = 20;
const BURST = 20;
const PATIENCE_MILLISECONDS = 60_000;

/** How long snews_cs takes for the same bytes on the same broker. */
export interface Latencies {
  /** Milliseconds from an observation to its alert, at any moment of its polling. */
  readonly singles: readonly number[];
  /** Milliseconds until the last alert of a burst. */
  readonly burst: number;
}

export interface Rate {
  /** Records. */
  readonly taken: number;
  readonly perSecond: number;
}

/** What a running snews_cs reads and writes. */
interface Peer {
  readonly server: SnewsCs;
  readonly client: BenchClient;
  /** The topics. */
  readonly observations: string;
  readonly alerts: string;
}

/** undefined where there is no Python to run it with. */
export function predecessorLatencies(site: BenchBroker): Promise<Latencies | undefined> {
  return withPredecessor(site, async ({ client, observations, alerts: topic }) => {
    const alerts = await client.follow(topic);
    const observe = (detectorName: string, seconds: number) =>
      client.write(observations, [observationRecord(detectorName, seconds)]);
    const burst = await timeTo(alerts, 5.7, () =>
      client.write(
        observations,
        Array.from({ length: BURST }, (_, i) => observationRecord(detector(i), i * 0.3)),
      ),
    );
    const singles: number[] = [];
    for (let i = 0; i < SINGLES; i++) {
      await pause(200 + Math.random() * 1_000);
      // The last detector changes its time again and again: an update each.
      singles.push(await timeTo(alerts, 6 + i / 100, () => observe(detector(BURST - 1), 6 + i / 100)));
    }
    return { singles, burst };
  });
}

/** What it prints when it turns to an observation. */
const TAKEN = 'Coincidence Tier Message Received';
const LOOK_MILLISECONDS = 250;
/** Longer shows the same: the first 1,000 of a dense stream went at 36, the first 11,000 at 37 a second. */
const MOST_MILLISECONDS = 90_000;

/**
 * How snews_cs takes a stream that is there at once, from the first record that it turns to to the last, for at most a
 * minute and a half; undefined where there is no Python to run it with.
 * @throws if it takes no record for a minute
 */
export function predecessorRate(site: BenchBroker, stream: readonly Written[]): Promise<Rate | undefined> {
  return withPredecessor(site, async ({ client, observations, server }) => {
    await client.write(observations, stream);
    let taken = 0;
    let at = 0;
    let first: { readonly taken: number; readonly time: number } | undefined;
    let latest = performance.now();
    while (taken < stream.length && !(first !== undefined && latest - first.time > MOST_MILLISECONDS)) {
      await pause(LOOK_MILLISECONDS);
      const before = taken;
      const { output } = server;
      for (let found = output.indexOf(TAKEN, at); found >= 0; found = output.indexOf(TAKEN, at)) {
        at = found + TAKEN.length;
        taken++;
      }
      const now = performance.now();
      if (taken > before) latest = now;
      if (taken > 0) first ??= { taken, time: now };
      if (now - latest > PATIENCE_MILLISECONDS) throw new Error(`snews_cs stopped after ${taken} records`);
    }
    if (first === undefined || taken === first.taken) throw new Error('too few records to tell a rate by');
    return { taken, perSecond: ((taken - first.taken) * 1000) / (latest - first.time) };
  });
}

/** Starts a snews_cs with an empty table. */
async function withPredecessor<Measured>(
  site: BenchBroker,
  work: (peer: Peer) => Promise<Measured>,
): Promise<Measured | undefined> {
  const python = await pythonEnvironment('snews-cs');
  if (python === undefined) return undefined;
  const topics = await site.topics();
  const { saslBrokers, username, password, brokers } = site.broker;
  const server = await startSnewsCs({ python, sasl: { brokers: saslBrokers, username, password }, topics });
  const client = await BenchClient.connect(brokers);
  try {
    return await work({ server, client, observations: topics.observations, alerts: topics.alerts });
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
