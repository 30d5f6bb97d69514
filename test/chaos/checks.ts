import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'uuid';
import { checkConsistency } from '../../src/cache/history/consistency-check.js';
import { CACHE_NAMES, type CacheName } from '../../src/domain/cache-name.js';
import { count, receive, type Topics } from '../support/kafka/index.js';
import type { Posted } from '../support/load.js';
import type { Followers } from './followers.js';
import type { StreamLoad } from './stream-load.js';
import type { World } from './world.js';

const CAUGHT_UP_MILLISECONDS = 180_000;

/** What was sent, and answered. */
export interface Sent {
  readonly posted: readonly Posted[];
  readonly stream: StreamLoad;
  readonly followers: readonly Followers[];
}

/** How much there was of what was checked. */
export interface Figures {
  readonly posted: number;
  readonly streamed: number;
  readonly deadLetters: number;
  readonly resets: number;
  readonly alerts: number;
}

/** What must hold when all is over; every sentence is a violation. */
export async function check(world: World, sent: Sent): Promise<{ violations: string[]; figures: Figures }> {
  const violations: string[] = [];
  const { posted, stream, followers } = sent;
  await caughtUp(world, stream);

  const accepted = posted.filter(({ path, answer }) => path === '/v1/observations' && answer.status < 300);
  const rejected = posted.filter(({ path, answer }) => path === '/v1/observations' && answer.status >= 300);
  for (const { message, answer } of rejected) violations.push(`${message.uuid} was answered with ${answer.status}`);
  const { rows: observations } = await world.postgres.query('SELECT uuid::text FROM observation');
  const stored = new Set(observations.map(({ uuid }) => uuid as string));
  const wanted = new Set([...accepted.map(({ message }) => message.uuid), ...stream.good]);
  violations.push(...missing(wanted, stored, 'was acknowledged and is not stored'));
  violations.push(...missing(stored, wanted, 'is stored and was never acknowledged'));

  const letters = await deadLetters(world);
  violations.push(...missing(stream.wrong, new Set(letters), 'is wrong and no dead letter'));
  violations.push(...missing(new Set(letters), stream.wrong, 'is a dead letter and was not wrong'));
  violations.push(...twice(letters, 'is a dead letter twice'));

  const { rows: resets } = await world.postgres.query(`SELECT uuid::text FROM message WHERE kind = 'Reset'`);
  const done = resets.map(({ uuid }) => uuid as string);
  violations.push(...missing(stream.resets, new Set(done), 'is a reset that was not carried out'));
  violations.push(...missing(new Set(done), stream.resets, 'is a reset that nobody sent'));

  for (const cache of CACHE_NAMES) {
    const { clean, replayed, differences } = await checkConsistency(world.postgres.url(), cache);
    if (!clean || !replayed)
      violations.push(`the audit of ${cache} differs: ${JSON.stringify(differences.slice(0, 3))}`);
  }
  let alerts = 0;
  for (const [cache, topic] of Object.entries(alertTopics(world.topics)) as [CacheName, string][]) {
    const { rows } = await world.postgres.query(
      `SELECT sequence::int, payload FROM alert WHERE cache = '${cache}' ORDER BY sequence`,
    );
    alerts += rows.length;
    const stored = rows.map(({ payload }) => payload as unknown);
    violations.push(...(await published(world.kafka.brokers, topic, stored)));
    for (const [i, one] of followers.entries()) {
      violations.push(...(await followed(one, cache, rows.length)).map((words) => `replica ${i + 1}: ${words}`));
    }
  }
  return {
    violations,
    figures: {
      posted: accepted.length,
      streamed: stream.good.size,
      deadLetters: letters.length,
      resets: done.length,
      alerts,
    },
  };
}

function alertTopics(topics: Topics): Partial<Record<CacheName, string>> {
  return { live: topics.alerts, firedrill: topics.firedrillAlerts };
}

/** Waits until what was streamed has taken effect, or can't any more. */
async function caughtUp({ postgres }: World, { good, wrong }: StreamLoad): Promise<void> {
  const deadline = performance.now() + CAUGHT_UP_MILLISECONDS;
  while (performance.now() < deadline) {
    const { rows } = await postgres.query(`SELECT
      (SELECT count(*)::int FROM observation JOIN message USING (uuid) WHERE source LIKE 'kafka:%') AS good,
      (SELECT count(*)::int FROM dead_letter) AS wrong`);
    if (rows[0].good >= good.size && rows[0].wrong >= wrong.size) return;
    await pause(500);
  }
}

/** By hop's identity. */
async function deadLetters({ postgres }: World): Promise<readonly string[]> {
  const { rows } = await postgres.query('SELECT headers, reason, detail FROM dead_letter ORDER BY id');
  return rows.map(({ headers, reason, detail }) => {
    const id = (headers as [string, string][]).find(([name]) => name === '_id')?.[1];
    return id === undefined ? `one without identity (${reason}: ${detail})` : stringify(Buffer.from(id, 'base64'));
  });
}

/** A subscriber gets exactly the alerts that are stored, in their order. */
async function published(brokers: string, topic: string, stored: readonly unknown[]): Promise<string[]> {
  const found = await count(brokers, topic);
  if (found !== stored.length) return [`${topic} holds ${found} alerts, ${stored.length} are stored`];
  if (found === 0) return [];
  const values = (await receive(brokers, topic, found)).map(({ value }) => JSON.stringify(JSON.parse(String(value))));
  const at = values.findIndex((value, i) => value !== JSON.stringify(stored[i]));
  return at === -1 ? [] : [`${topic}: alert ${at + 1} is not the one that is stored there`];
}

async function followed(followers: Followers, cache: CacheName, alerts: number): Promise<string[]> {
  const deadline = performance.now() + 60_000;
  while (followers.sequences(cache).length < alerts && performance.now() < deadline) await pause(100);
  const sequences = followers.sequences(cache);
  const at = sequences.findIndex((sequence, i) => sequence !== i + 1);
  if (at !== -1) return [`after alert ${at} of ${cache} came ${sequences[at]}`];
  return sequences.length === alerts ? [] : [`${sequences.length} of ${alerts} alerts of ${cache} came`];
}

function missing(wanted: ReadonlySet<string>, found: ReadonlySet<string>, words: string): string[] {
  return few([...wanted].filter((one) => !found.has(one))).map((one) => `${one} ${words}`);
}

function twice(found: readonly string[], words: string): string[] {
  return few([...new Set(found.filter((one, i) => found.indexOf(one) !== i))]).map((one) => `${one} ${words}`);
}

const SHOWN = 5;

function few(all: readonly string[]): string[] {
  return all.length <= SHOWN ? [...all] : [...all.slice(0, SHOWN), `and ${all.length - SHOWN} more, each of which`];
}
