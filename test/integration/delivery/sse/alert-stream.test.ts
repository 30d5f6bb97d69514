import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { getDefaultHighWaterMark } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlertFeedTimes } from '../../../../src/delivery/sse/alert-feed.js';
import { readStream, type StreamOptions, type StreamReader } from '../../../support/alert-stream-reader.js';
import { createMigratedDatabase, type TestDatabase } from '../../../support/database.js';
import { ADMIN_KEY, type ReadServer, startReadServer } from '../../../support/read-server.js';
import { openStored, type Stored } from '../../../support/stored.js';

let database: TestDatabase;
let stored: Stored;
/** Looks while `stored` is in a transaction. */
let looker: Stored;
let server: ReadServer;
let readers: StreamReader[] = [];

beforeAll(async () => {
  database = await createMigratedDatabase();
  stored = await openStored(database.url);
  looker = await openStored(database.url);
});

beforeEach(async () => {
  await stored.client.query(`TRUNCATE alert; UPDATE cache SET next_sequence = 1`);
});

afterEach(async () => {
  for (const reader of readers) reader.close();
  readers = [];
  await server.stop();
});

afterAll(async () => {
  await stored.end();
  await looker.end();
  await database.drop();
});

async function serve(times: Partial<AlertFeedTimes> = {}): Promise<void> {
  server = await startReadServer(database.url, times);
}

async function read(options: StreamOptions = {}): Promise<StreamReader> {
  const reader = await readStream(server.url, options);
  readers.push(reader);
  return reader;
}

/** Stores alerts of the live cache and says so, as the cache's service does. */
async function alert(count: number): Promise<void> {
  await stored.alerts('live', Array(count).fill({}));
  server.alertFeed.wake('live');
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('a stream', () => {
  it('begins now, or after a sequence, or after the last event that came', async () => {
    await serve();
    await alert(3);
    const now = await read();
    const all = await read({ after: 0 });
    const after = await read({ after: 2 });
    const resumed = await read({ after: 0, lastEventId: 1 });
    await alert(1);
    await Promise.all([now.has(1), all.has(4), after.has(2), resumed.has(3)]);
    expect([now, all, after, resumed].map(({ sequences }) => sequences)).toEqual([
      [4],
      [1, 2, 3, 4],
      [3, 4],
      [2, 3, 4],
    ]);
  });

  it('says what it is, when to come back, and where it began if nobody told it', async () => {
    await serve();
    await alert(2);
    const now = await read();
    expect(now.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    await expect.poll(() => now.text()).toMatch(/^retry: [2-5]\d{3}\nid: 2\n\n$/);
    const resumed = await read({ lastEventId: 2 });
    await expect.poll(() => resumed.text()).toMatch(/^retry: [2-5]\d{3}\n\n$/);
  });

  it('carries the alerts as they are read elsewhere, of its cache alone', async () => {
    await serve();
    await stored.alerts('test', [{}]);
    const live = await read({ after: 0 });
    const test = await read({ after: 0, cache: 'test', key: ADMIN_KEY });
    await test.has(1);
    const data = /^data: (.*)$/m.exec(test.text())?.[1] ?? '';
    const [{ deliveries, ...listed }] = (await server.get('/v1/alerts?cache=test')).json().items;
    expect([JSON.parse(data), deliveries]).toEqual([listed, []]);
    expect(live.sequences).toEqual([]);
  });

  it('goes on from the newest alert if the reader has seen later ones, of a database that was restored', async () => {
    await serve();
    await alert(2);
    const reader = await read({ lastEventId: 99 });
    await alert(1);
    await reader.has(1);
    expect(reader.sequences).toEqual([3]);
    expect(server.logged).toContainEqual(expect.objectContaining({ message: 'alert-stream:ahead' }));
  });

  it('hears of alerts that nobody announced', async () => {
    await serve({ pollMs: 50 });
    const reader = await read();
    await stored.alerts('live', [{}]);
    await reader.has(1);
  });

  it('is refused before it starts if it makes no sense', async () => {
    await serve();
    const statuses = await Promise.all(
      [
        { lastEventId: 'x' },
        { lastEventId: '-1' },
        { after: '1e3' },
        { cache: 'dead', key: ADMIN_KEY },
        { cache: 'test' },
      ].map(async (options) => {
        const { response } = await read(options);
        return [response.statusCode, response.headers['content-type']];
      }),
    );
    expect(statuses).toEqual(
      [400, 400, 400, 400, 401].map((status) => [status, expect.stringContaining('application/problem+json')]),
    );
    // Nobody waits for the end of a stream that has none.
    const head = await server.app.inject({ method: 'HEAD', url: '/v1/alerts/stream' });
    expect(head.statusCode).toBe(400);
  });
});

/** What happens to a stream and its readers, in any order. */
const act = fc.oneof(
  fc.record({ kind: fc.constant('alert' as const), count: fc.integer({ min: 1, max: 700 }) }),
  fc.record({ kind: fc.constant('join' as const), back: fc.option(fc.nat(1500), { nil: undefined }) }),
  fc.record({ kind: fc.constant('break' as const), which: fc.nat(20) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(8) }),
);

/** A reader that resumes when its connection breaks. */
interface Resuming {
  readonly first: number;
  readonly seen: number[];
  readonly reader: StreamReader;
}

async function join(after: number | undefined): Promise<Resuming> {
  if (after !== undefined) return { first: after, seen: [], reader: await read({ after }) };
  const newest = await newestSequence();
  const reader = await read();
  const begin = /^retry: \d+\nid: (\d+)\n\n/;
  await expect.poll(() => reader.text()).toMatch(begin);
  const first = Number(begin.exec(reader.text())?.[1]);
  expect(first).toBeGreaterThanOrEqual(newest);
  return { first, seen: [], reader };
}

async function resume({ first, seen, reader }: Resuming): Promise<Resuming> {
  reader.close();
  const all = [...seen, ...reader.sequences];
  return { first, seen: all, reader: await read({ lastEventId: all.at(-1) ?? first }) };
}

it('loses nothing and doubles nothing while readers come, go and resume among new alerts', async () => {
  await serve({ pollMs: 100 });
  const property = fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (acts) => {
    const following: Resuming[] = [];
    let writing = Promise.resolve();
    for (const step of acts) {
      if (step.kind === 'alert') writing = writing.then(() => alert(step.count));
      else if (step.kind === 'wait') await delay(step.ms);
      else if (step.kind === 'join') {
        following.push(
          await join(step.back === undefined ? undefined : Math.max(0, (await newestSequence()) - step.back)),
        );
      } else {
        for (const broken of following.splice(step.which, 1)) following.push(await resume(broken));
      }
    }
    await writing;
    const newest = await newestSequence();
    for (const { first, seen, reader } of following) {
      const last = () => reader.sequences.at(-1) ?? seen.at(-1) ?? first;
      await expect.poll(last, { timeout: 60_000 }).toBe(newest);
      expect([...seen, ...reader.sequences]).toEqual(upTo(newest, first + 1));
      reader.close();
    }
  });
  await fc.assert(property, { numRuns: 20 });
});

async function newestSequence(): Promise<number> {
  const { rows } = await looker.client.query(`SELECT next_sequence - 1 AS newest FROM cache WHERE name = 'live'`);
  return Number(rows[0].newest);
}

describe('a reader that does not read', () => {
  /** Asks for the stream and takes nothing of it. */
  async function stall(path: string) {
    const { hostname, port } = new URL(server.url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.pause();
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(`GET ${path} HTTP/1.1\r\nhost: test\r\n\r\n`);
    await expect.poll(() => server.alertFeed.readers()).toBeGreaterThan(0);
    return socket;
  }

  /** Reads on until the connection is over. The sequences of the alerts that came whole. */
  async function takeUp(socket: Socket): Promise<number[]> {
    const chunks: Buffer[] = [];
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('data', (chunk) => chunks.push(chunk)).resume();
    await closed;
    const alerts = Buffer.concat(chunks)
      .toString()
      .matchAll(/^id: (\d+)\nevent: alert\ndata: .*\n\n/gm);
    return [...alerts].map(([, id]) => Number(id));
  }

  const dropped = () => server.logged.filter(({ message }) => message === 'alert-stream:dropped');

  it('is dropped at the bound, the others go on, and it may resume', async () => {
    const maxUnsentBytes = 256 * 1024;
    await serve({ maxUnsentBytes });
    const socket = await stall('/v1/alerts/stream');
    const good = await read({ after: 0 });
    let count = 0;
    while (dropped().length === 0) {
      await alert(200);
      count += 200;
      await good.has(count);
    }
    expect(server.alertFeed.readers()).toBe(1);
    expect(dropped()).toHaveLength(1);
    // What is unsent never goes further over the bound than by one alert.
    expect(Number(dropped()[0]?.details.unsent)).toBeLessThan(maxUnsentBytes + 4096);
    await alert(1);
    await good.has(count + 1);
    expect(good.sequences).toEqual(upTo(count + 1));
    // It finds what its own side had taken: what the server's kernel held for it, some megabytes, is gone.
    const sequences = await takeUp(socket);
    expect(sequences).toEqual(upTo(sequences.length));
    expect(sequences.length).toBeLessThan(count / 2);
    const resumed = await read({ lastEventId: sequences.length });
    await resumed.has(count + 1 - sequences.length);
    expect(resumed.sequences).toEqual(upTo(count + 1, sequences.length + 1));
    socket.destroy();
  });

  it('of the past costs next to nothing, and is dropped when it stands still', async () => {
    await serve({ maxStallMs: 500 });
    await alert(20_000);
    const before = performance.now();
    const socket = await stall('/v1/alerts/stream?after=0');
    await expect.poll(() => dropped().length, { timeout: 60_000 }).toBe(1);
    expect(performance.now() - before).toBeGreaterThan(500);
    // As much as Node.js holds before it says that there is no room, and an alert.
    expect(Number(dropped()[0]?.details.unsent)).toBeLessThan(getDefaultHighWaterMark(false) + 4096);
    expect(server.alertFeed.readers()).toBe(0);
    socket.destroy();
  });
});

it('shows with comments that it lives', async () => {
  await serve({ heartbeatMs: 30 });
  const reader = await read();
  await expect.poll(() => reader.comments.length).toBeGreaterThan(2);
  expect(reader.comments[0]).toBe('heartbeat');
  expect(reader.sequences).toEqual([]);
});

it('forgets a reader that leaves', async () => {
  await serve();
  const reader = await read();
  expect(server.alertFeed.readers()).toBe(1);
  reader.close();
  await expect.poll(() => server.alertFeed.readers()).toBe(0);
});

it('ends all streams when it stops, and takes no more', async () => {
  await serve();
  await alert(1);
  const reader = await read({ after: 0 });
  await reader.has(1);
  await server.app.close();
  await reader.closed;
  expect(reader.response.complete).toBe(true);
  await expect(server.alertFeed.open('live', 0)).rejects.toThrow('stopping');
});

it('keeps its readers while the database is away', async () => {
  await serve({ retryMs: 50, pollMs: 50 });
  const reader = await read();
  await stored.client.query(`ALTER TABLE alert RENAME TO alert_away`);
  await expect.poll(() => server.logged.some(({ message }) => message === 'alert-feed:read-failed')).toBe(true);
  await stored.client.query(`ALTER TABLE alert_away RENAME TO alert`);
  await alert(2);
  await reader.has(2);
  expect(reader.sequences).toEqual([1, 2]);
});
