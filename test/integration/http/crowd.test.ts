import { randomBytes, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatUtc, fromPosixMilliseconds } from '../../../src/domain/time.js';
import { databaseForAllTests } from '../../support/database.js';
import { type Haproxy, haproxyPath, startComposeHaproxy } from '../../support/haproxy.js';
import { ADMIN_KEY, freePort, type ServiceProcess, siteForAllTests } from '../../support/service-process.js';

/** How long the crowd comes, and how many requests it makes at most. */
const CROWD_MS = 8_000;
const CROWD_REQUESTS = 8_000;
const CROWD_CONNECTIONS = 12;
/** So few that the crowd exceeds it many times over, on the slowest machine too. */
const RATE_LIMIT = 5;

let replicas: ServiceProcess[];
let proxy: Haproxy;
let detectorKey: string;

describe.skipIf(haproxyPath === undefined)('a crowd before the proxy of docker-compose.yml', () => {
  const database = databaseForAllTests();
  const site = siteForAllTests();
  beforeAll(async () => {
    const start = async () =>
      await site.start({
        DATABASE_URL: database.url,
        PORT: String(await freePort()),
        RATE_LIMIT: String(RATE_LIMIT),
        TRUSTED_PROXIES: '127.0.0.1',
      });
    replicas = [await start(), await start()];
    proxy = await startComposeHaproxy(replicas.map(({ url }) => url));
    const made = await call(`${proxy.url}/v1/admin/keys`, {
      key: ADMIN_KEY,
      body: { name: 'detector', role: 'detector', detectors: ['Super-K'] },
    });
    expect(made.status).toBe(201);
    detectorKey = JSON.parse(made.text).key;
  });

  afterAll(() => proxy?.stop());

  it('takes nothing from a detector, nor from who watches over the server', async () => {
    const end = Date.now() + CROWD_MS;
    const crowd = startCrowd(proxy.url, end);
    const [posts, looks] = await Promise.all([detect(end), watch(end)]);
    const answered = await crowd;

    expect(new Set(posts)).toEqual(new Set([201]));
    // On a busy machine each takes a while.
    expect(posts.length).toBeGreaterThan(3);
    expect(new Set(looks)).toEqual(new Set([200]));
    // The crowd was one: of what it sent most was refused, for its rate too.
    expect(answered.get(200)).toBeUndefined();
    expect(answered.get(429)).toBeGreaterThan(RATE_LIMIT);
    expect(answered.get(401)).toBeGreaterThan(0);
    expect([...answered.keys()].sort()).toEqual([401, 429]);
  });

  it('is told apart by address, whatever it says of itself', async () => {
    const stranger = (from: string, forwarded: string) =>
      call(`${proxy.url}/v1/access`, { from, headers: { 'x-forwarded-for': forwarded } });
    const busy = await Promise.all(
      Array.from({ length: RATE_LIMIT * 20 }, (_, i) => stranger('127.0.0.9', `203.0.113.${i}`)),
    );
    expect(busy.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
    expect((await stranger('127.0.0.10', '127.0.0.9')).status).toBe(200);
  });
});

/** A detector at work; gives the status of each answer. */
async function detect(end: number): Promise<number[]> {
  const statuses: number[] = [];
  const agent = new Agent({ keepAlive: true });
  while (Date.now() < end) {
    const body = { detector_name: 'Super-K', neutrino_time_utc: formatUtc(fromPosixMilliseconds(Date.now())) };
    statuses.push((await call(`${proxy.url}/v1/observations`, { key: detectorKey, body, agent })).status);
    // Its pace, within the limit of its key.
    await pause(500);
  }
  agent.destroy();
  return statuses;
}

/** Whoever watches: through the proxy, and at the replicas themselves. */
async function watch(end: number): Promise<number[]> {
  const statuses: number[] = [];
  while (Date.now() < end) {
    for (const url of [proxy.url, ...replicas.map((replica) => replica.url)]) {
      statuses.push((await call(`${url}/readyz`)).status);
    }
    // Its pace.
    await pause(100);
  }
  return statuses;
}

/** Strangers with keys that they made up, from a few addresses; how many got which status. */
async function startCrowd(url: string, end: number): Promise<Map<number, number>> {
  const answered = new Map<number, number>();
  let left = CROWD_REQUESTS;
  const id = () => randomUUID().slice(0, 8);
  const stranger = async (n: number) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (Date.now() < end && left-- > 0) {
      const key = `snews_${id()}_${randomBytes(32).toString('base64url')}`;
      const body = { detector_name: 'Super-K', neutrino_time_utc: '2030-01-01T00:00:00Z' };
      const { status } = await call(`${url}/v1/observations`, { key, body, agent, from: `127.0.0.${20 + (n % 3)}` });
      answered.set(status, (answered.get(status) ?? 0) + 1);
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: CROWD_CONNECTIONS }, (_, n) => stranger(n)));
  return answered;
}

interface Call {
  readonly key?: string;
  readonly body?: object;
  readonly agent?: Agent;
  /** The address on this machine from which to come. */
  readonly from?: string;
  readonly headers?: Record<string, string>;
}

function call(url: string, { key, body, agent, from, headers }: Call = {}): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: body === undefined ? 'GET' : 'POST',
        ...(agent === undefined ? {} : { agent }),
        ...(from === undefined ? {} : { localAddress: from }),
        headers: {
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
