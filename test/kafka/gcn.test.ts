import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { createPool } from '../../src/database/pool.js';
import { createPrisma } from '../../src/database/prisma.js';
import { type GcnNotice, gcnNotice } from '../../src/delivery/people/sinks/gcn/notice.js';
import type { GcnSettings } from '../../src/delivery/people/sinks/gcn/settings.js';
import { createGcnSink } from '../../src/delivery/people/sinks/gcn/sink.js';
import type { Notice } from '../../src/delivery/people/sinks/sink.js';
import { startPeople } from '../../src/service/people.js';
import { at, observation, openCaches, retraction } from '../support/caches.js';
import { makeTopics, receive } from '../support/kafka/index.js';
import { captureLog, silentLog } from '../support/logs.js';
import { attempt, notice as noticeOf } from '../support/notices.js';
import { startTokenServer, type TokenServer } from '../support/token-server.js';

const CLIENT = 'snews';
/** With what a form must escape. */
const SECRET = 'se:cr&t%+/=';
const brokers = inject('kafkaBrokers') ?? '';
const oauth = inject('kafkaOauth') ?? '';

let tokens: TokenServer;
let topic: string;
const { log, text, clear } = captureLog();

beforeEach(async () => {
  tokens = await startTokenServer(CLIENT, SECRET);
  topic = randomUUID();
  clear();
});
afterEach(() => tokens.stop());

function sink(given: Partial<GcnSettings> = {}) {
  const login = { clientId: CLIENT, clientSecret: SECRET, tokenUrl: tokens.url };
  return createGcnSink({ ...login, brokers: [oauth], topic, ...given }, log);
}

describe.skipIf(oauth === '')('GCN over a broker that asks for a token', () => {
  beforeEach(() => makeTopics(brokers, [topic]));

  test('takes a notice as it was composed, under its event, with its UUID beside it', async () => {
    const notice = noticeOf();
    const gcn = sink();
    expect(await gcn.deliver(notice, attempt())).toBeNull();
    await gcn.close();
    const [record] = await receive(brokers, topic, 1);
    expect(JSON.parse(String(record?.value))).toEqual(JSON.parse(JSON.stringify(gcnNotice(notice))));
    expect(String(record?.key)).toBe('SN-20300101-1');
    expect(record?.headers).toEqual({ alert_uuid: Buffer.from(notice.alert.id) });
  });

  test('a token is used until it is about to end', async () => {
    const gcn = sink();
    await gcn.deliver(noticeOf(), attempt());
    await gcn.deliver(noticeOf({ kind: 'update', recordNumber: 2 }), attempt());
    expect(tokens.given).toBe(1);
    const short = sink();
    tokens.lifetime = 59;
    for (const recordNumber of [3, 4]) await short.deliver(noticeOf({ kind: 'update', recordNumber }), attempt());
    expect(tokens.given).toBeGreaterThanOrEqual(3);
    const records = await receive(brokers, topic, 4);
    expect(records.map(({ value }) => JSON.parse(String(value)).record_number)).toEqual([1, 2, 3, 4]);
  });

  test('a token that is over is refused by the broker; with a new one the notice goes out', async () => {
    const gcn = sink();
    tokens.lifetime = -60;
    const refused = { kind: 'transient', message: expect.stringContaining('token') };
    await expect(gcn.deliver(noticeOf(), attempt())).rejects.toMatchObject(refused);
    tokens.lifetime = 3_600;
    await gcn.deliver(noticeOf(), attempt());
    expect(await receive(brokers, topic, 1)).toHaveLength(1);
  });

  test('refused credentials are told as what they are, without the secret', async () => {
    const error: Error = await sink({ clientSecret: 'wrong' })
      .deliver(noticeOf(), attempt())
      .then(
        () => expect.fail('was taken'),
        (failed) => failed,
      );
    expect(error).toMatchObject({ name: 'DeliveryError', kind: 'permanent' });
    expect(error.message).toMatch(/401 invalid_client.*GCN_CLIENT_SECRET/);
    expect(`${error.message}${text()}`).not.toContain('wrong');
  });

  test('a token server that fails or hangs is waited for: the next try works', async () => {
    const gcn = sink();
    tokens.answer = 500;
    const failing = gcn.deliver(noticeOf(), attempt());
    await expect(failing).rejects.toMatchObject({ kind: 'transient', message: expect.stringContaining('500') });
    tokens.answer = 'hang';
    const gaveUp = new AbortController();
    const hanging = gcn.deliver(noticeOf(), { ...attempt(), signal: gaveUp.signal });
    gaveUp.abort();
    await expect(hanging).rejects.toMatchObject({ kind: 'transient' });
    tokens.answer = 'token';
    await gcn.deliver(noticeOf(), attempt());
    expect(await receive(brokers, topic, 1)).toHaveLength(1);
  });

  test('a topic that is not there is told as that', async () => {
    const gcn = sink({ topic: randomUUID() });
    const refused = { kind: 'permanent', message: expect.stringContaining('GCN_TOPIC') };
    await expect(gcn.deliver(noticeOf(), attempt())).rejects.toMatchObject(refused);
  });

  test('what the schemas refuse is not sent', async () => {
    const gcn = sink();
    const broken = noticeOf({ recordNumber: 0 }) as Notice;
    await expect(gcn.deliver(broken, attempt())).rejects.toMatchObject({ kind: 'permanent' });
    await gcn.deliver(noticeOf(), attempt());
    const [record] = await receive(brokers, topic, 1);
    expect(JSON.parse(String(record?.value))).toMatchObject({ record_number: 1 });
  });
});

test.skipIf(oauth === '')(
  'each change of a live event is a notice, in order; tests and fire drills are none',
  async () => {
    await makeTopics(brokers, [topic]);
    const caches = await openCaches();
    const pool = createPool(caches.databaseUrl, log);
    const prisma = createPrisma(caches.databaseUrl, log);
    const gcn = { clientId: CLIENT, clientSecret: SECRET, tokenUrl: tokens.url, brokers: [oauth], topic };
    const settings = { email: undefined, alertEmails: [], slack: undefined, gcn, firedrillNotify: false };
    const { databaseUrl } = caches;
    const options = { settings, databaseUrl, pool, prisma, mailer: undefined, log: silentLog };
    const notifications = await startPeople(options);
    try {
      const { service } = caches;
      for (const cache of ['test', 'firedrill'] as const) {
        await service.observe(observation('JUNO', at(0), { cache }));
        await service.observe(observation('LVD', at(1), { cache }));
      }
      await service.observe(observation('JUNO', at(0)));
      await service.observe(observation('LVD', at(1)));
      await service.observe(observation('HALO', at(2)));
      await service.retract(retraction('HALO', { latest: 1 }));
      await service.retract(retraction('LVD', { latest: 1 }));
      notifications.wake();
      const notices = (await receive(brokers, topic, 4)).map(({ value }) => JSON.parse(String(value)) as GcnNotice);
      expect(notices).toMatchObject([
        { record_number: 1, alert_type: 'initial', detector_names: ['JUNO', 'LVD'] },
        { record_number: 2, alert_type: 'update', detector_names: ['JUNO', 'LVD', 'HALO'] },
        {
          record_number: 3,
          alert_type: 'update',
          detector_status: { JUNO: 'triggered', LVD: 'triggered', HALO: 'on' },
        },
        { record_number: 4, alert_type: 'retraction', detector_status: { JUNO: 'triggered', LVD: 'on' } },
      ]);
      expect(new Set(notices.map((notice) => notice.event_name)).size).toBe(1);
      expect(notices.every((notice) => notice.event_name.startsWith('SN-') && notice.alert_tense === 'current')).toBe(
        true,
      );
    } finally {
      await notifications.stop();
      await prisma.$disconnect();
      await pool.end();
      await caches.close();
    }
  },
);

test('brokers that are away are waited for', async () => {
  const gcn = sink({ brokers: ['127.0.0.1:1'] });
  await expect(gcn.deliver(noticeOf(), attempt())).rejects.toMatchObject({ kind: 'transient' });
});

test('brokers that take a connection and say nothing hold nothing up', async () => {
  tokens.answer = 'token';
  // The token server speaks no Kafka: it waits for a request that never ends.
  const gcn = sink({ brokers: [tokens.url.host] });
  const gaveUp = new AbortController();
  const hanging = gcn.deliver(noticeOf(), { ...attempt(), signal: gaveUp.signal });
  gaveUp.abort();
  await expect(hanging).rejects.toMatchObject({ kind: 'transient', message: expect.stringContaining('in time') });
});
