import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { examine } from '../../src/cli/doctor/examine.js';
import type { Finding } from '../../src/cli/doctor/finding.js';
import {
  makeTopics,
  type Permissions,
  permit,
  receive,
  send,
  type Topics,
  topicsNamed,
  VISITOR,
} from '../support/kafka/index.js';
import { kafkaSite } from '../support/kafka-service.js';
import { startTokenServer, type TokenServer } from '../support/token-server.js';

const brokers = inject('kafkaBrokers') ?? '';
const sasl = inject('kafkaSasl');
const oauth = inject('kafkaOauth');
const whereKafka = test.skipIf(brokers === '');
const whereLogin = test.skipIf(sasl === undefined);

const SECRET = 'a-wrong-secret';

function variables(topics: Topics): Record<string, string> {
  return {
    // The database is looked at by the tests of its own.
    DATABASE_URL: inject('postgresUrl'),
    SNEWS_URL: 'http://127.0.0.1:9',
    OBSERVATION_TOPIC: topics.observations,
    ALERT_TOPIC: topics.alerts,
    FIREDRILL_OBSERVATION_TOPIC: topics.firedrillObservations,
    FIREDRILL_ALERT_TOPIC: topics.firedrillAlerts,
    CONNECTION_TEST_TOPIC: topics.connectionTests,
  };
}

async function findingsOf(area: string, environment: Record<string, string>): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const finding of examine({ environment, now: Date.now })) if (finding.area === area) found.push(finding);
  expect(JSON.stringify(found)).not.toContain(SECRET);
  return found;
}

const kafkaFindings = (environment: Record<string, string>) => findingsOf('kafka', environment);

whereKafka('a broker with all topics is fine', async () => {
  const topics = topicsNamed(randomUUID());
  await makeTopics(brokers, Object.values(topics));
  const found = await kafkaFindings({ ...variables(topics), KAFKA_BROKERS: brokers });
  expect(found.map(({ level }) => level)).toEqual(['ok', 'ok', 'ok', 'ok']);
  expect(found[2]?.what).toContain('transactional ids like snews-coincidence-doctor');
  expect(found[3]?.what).toContain('groups like snews-coincidence-doctor');
});

whereKafka('topics that are missing are named, and not made', async () => {
  const topics = topicsNamed(randomUUID());
  const { observations, ...others } = topics;
  await makeTopics(brokers, Object.values(others));
  for (let look = 0; look < 2; look++) {
    const found = await kafkaFindings({ ...variables(topics), KAFKA_BROKERS: brokers });
    expect(found.filter(({ level }) => level !== 'ok')).toMatchObject([
      { level: 'warning', what: expect.stringContaining(`the topic ${observations} is missing`) },
    ]);
  }
});

test('a broker that is not there is named', async () => {
  const found = await kafkaFindings({
    ...variables(topicsNamed('x')),
    KAFKA_BROKERS: '127.0.0.1:1,nowhere.invalid:9092',
  });
  expect(found).toMatchObject([
    { level: 'error', what: 'there is no answer from 127.0.0.1:1 (ECONNREFUSED)' },
    {
      level: 'error',
      what: expect.stringMatching(/there is no answer from nowhere\.invalid:9092 \((ENOTFOUND|EAI_AGAIN)\)/),
    },
  ]);
});

whereLogin('a login that is refused, or missing, is named', async () => {
  const given = { ...variables(topicsNamed('x')), KAFKA_BROKERS: sasl?.brokers ?? '', KAFKA_SASL_USERNAME: 'snews' };
  const refused = await kafkaFindings({ ...given, KAFKA_SASL_PASSWORD: SECRET });
  expect(refused).toMatchObject([{ level: 'error', what: expect.stringContaining('the broker rejects the login') }]);
  const { KAFKA_SASL_USERNAME: _, ...none } = given;
  const missing = await kafkaFindings(none);
  expect(missing).toMatchObject([
    { level: 'error', what: expect.stringContaining('but not requests without TLS, without a login') },
  ]);
});

whereLogin('TLS with a broker that has none is named', async () => {
  const found = await kafkaFindings({ ...variables(topicsNamed('x')), KAFKA_BROKERS: brokers, KAFKA_SSL: 'true' });
  expect(found).toMatchObject([{ level: 'error', what: expect.stringContaining('but not requests with TLS') }]);
});

describe.skipIf(sasl === undefined)('a broker with access rules', () => {
  /** All that is not well for the visitor, with all topics there but these. */
  async function problems(
    topics: Topics,
    permissions: Permissions,
    { group = randomUUID(), missing = [] }: { group?: string; missing?: readonly string[] } = {},
  ): Promise<Finding[]> {
    await makeTopics(
      brokers,
      Object.values(topics).filter((topic) => !missing.includes(topic)),
    );
    await permit(brokers, permissions);
    const found = await kafkaFindings({
      ...variables(topics),
      KAFKA_BROKERS: sasl?.brokers ?? '',
      KAFKA_SASL_USERNAME: VISITOR.username,
      KAFKA_SASL_PASSWORD: VISITOR.password,
      KAFKA_GROUP_ID: group,
    });
    expect(found[0]?.what).toContain('accepts the connection as visitor');
    return found.filter(({ level }) => level !== 'ok');
  }

  test('lets us see one topic and write to none: each right that is missing is named', async () => {
    const topics = topicsNamed(randomUUID());
    const found = await problems(topics, { see: [topics.alerts] });
    const hidden = Object.values(topics).filter((topic) => topic !== topics.alerts);
    expect(found).toMatchObject([
      ...hidden.map((topic) => ({ level: 'error', what: expect.stringContaining(`${topic} is missing or hidden`) })),
      {
        level: 'error',
        what: expect.stringContaining('does not permit writing to any topic'),
        advice: expect.stringContaining('ALERT_TOPIC'),
      },
      { level: 'error', what: expect.stringContaining('rejects the consumer group') },
    ]);
  });

  test('does not let us make the topic that is missing', async () => {
    const topics = topicsNamed(randomUUID());
    const { observations, ...others } = topics;
    const group = randomUUID();
    const own = Object.values(others);
    const permissions = { write: own, read: own, groups: [group], transactionalIds: [`${group}-doctor`] };
    expect(await problems(topics, permissions, { group, missing: [observations] })).toEqual([
      {
        area: 'kafka',
        level: 'error',
        what: expect.stringMatching(
          `^the topic ${observations} is missing or hidden from this user, who may not create it .*[Aa]uthorization failed`,
        ),
        advice: expect.stringContaining('check the name in the …_TOPIC variables'),
      },
    ]);
  });

  test('refuses the transactional id', async () => {
    const topics = topicsNamed(randomUUID());
    const group = randomUUID();
    const own = Object.values(topics);
    expect(await problems(topics, { write: own, read: own, groups: [group] }, { group })).toEqual([
      {
        area: 'kafka',
        level: 'error',
        what: expect.stringContaining(`the broker rejects the transactional id ${group}-doctor`),
        advice: `ask its administrators for the right to use transactional ids that begin with ${group}`,
      },
    ]);
    const enough = { write: own, read: own, groups: [group], transactionalIds: [`${group}-doctor`] };
    expect(await problems(topics, enough, { group })).toEqual([]);
  });

  test('lets us do what the documents ask for: then the server reads, and publishes behind what is there', async () => {
    const site = await kafkaSite(brokers);
    try {
      const own = Object.values(site.topics);
      const group = site.topics.observations;
      const ids = ['live', 'firedrill', 'test'].map((cache) => `${group}-alerts-${cache}`);
      await permit(brokers, { write: own, read: own, groups: [group], transactionalIds: ids });
      await send(brokers, site.topics.alerts, [{ value: 'of somebody else' }, { value: 'and another one' }]);
      await site.start({
        KAFKA_BROKERS: sasl?.brokers,
        KAFKA_SASL_USERNAME: VISITOR.username,
        KAFKA_SASL_PASSWORD: VISITOR.password,
      });
      const time = new Date(Date.now() - 60_000).toISOString();
      const observations = ['JUNO', 'DUNE'].map((detector) => ({
        value: JSON.stringify({ tier: 'CoincidenceTier', detector_name: detector, neutrino_time_utc: time }),
      }));
      await send(brokers, site.topics.observations, observations);
      const [, , alert] = await receive(brokers, site.topics.alerts, 3);
      expect(JSON.parse(String(alert?.value))).toMatchObject({ alert_type: 'COINC_MSG' });
    } finally {
      await site.cleanUp();
    }
  });

  test('refuses the consumer group, or lets it read nothing', async () => {
    const topics = topicsNamed(randomUUID());
    const group = randomUUID();
    const own = Object.values(topics);
    const permissions = { write: own, transactionalIds: [`${group}-doctor`] };
    expect(await problems(topics, { ...permissions, read: own }, { group })).toEqual([
      {
        area: 'kafka',
        level: 'error',
        what: expect.stringContaining(`the broker rejects the consumer group ${group}-doctor`),
        advice: `ask its administrators for the right to use consumer groups whose names begin with ${group}`,
      },
    ]);
    expect(await problems(topics, { ...permissions, groups: [group] }, { group })).toMatchObject([
      {
        what: expect.stringContaining('does not permit reading all topics'),
        advice: expect.stringContaining(topics.alerts),
      },
    ]);
  });
});

describe.skipIf(oauth === undefined)("GCN's brokers", () => {
  const LOGIN = 'GcnSecretOfTheTests';
  let tokens: TokenServer;
  let visiting: TokenServer;
  let topic: string;

  const gcnFindings = (given: Record<string, string> = {}) =>
    findingsOf('gcn', {
      ...variables(topicsNamed('x')),
      GCN_CLIENT_ID: 'snews',
      GCN_CLIENT_SECRET: LOGIN,
      GCN_TOKEN_URL: tokens.url.href,
      GCN_BROKERS: oauth ?? '',
      GCN_TOPIC: topic,
      ...given,
    });

  beforeAll(async () => {
    [tokens, visiting] = await Promise.all([
      startTokenServer('snews', LOGIN),
      startTokenServer(VISITOR.username, LOGIN),
    ]);
    topic = randomUUID();
    await makeTopics(brokers, [topic]);
  });
  afterAll(async () => {
    await Promise.all([tokens.stop(), visiting.stop()]);
  });

  test('that take the token and have the topic are fine', async () => {
    const found = await gcnFindings();
    expect(found.map(({ level }) => level)).toEqual(['ok', 'ok']);
    expect(found[1]?.what).toContain(`accepts the token and has the topic ${topic}`);
  });

  const broken: [name: string, given: () => Record<string, string>, what: RegExp, advice: RegExp][] = [
    ['are not there', () => ({ GCN_BROKERS: '127.0.0.1:1' }), /^there is no answer from 127\.0\.0\.1:1/, /GCN_BROKERS/],
    ['take no token', () => ({ GCN_BROKERS: brokers }), /accepts the connection, but not the token/, /GCN_BROKERS/],
    [
      'want another login',
      () => ({ GCN_BROKERS: sasl?.brokers ?? '' }),
      /accepts the connection, but not the token/,
      /GCN_BROKERS/,
    ],
    [
      'do not have the topic',
      () => ({ GCN_TOPIC: 'gcn.nowhere' }),
      /does not permit the topic gcn\.nowhere/,
      /GCN_TOPIC/,
    ],
    [
      'hide the topic from this client',
      () => ({ GCN_CLIENT_ID: VISITOR.username, GCN_TOKEN_URL: visiting.url.href }),
      /does not permit the topic .*uthoriz/,
      /GCN_TOPIC/,
    ],
  ];
  test.each(broken)('that %s are named', async (_, given, what, advice) => {
    const found = await gcnFindings(given());
    expect(found.map(({ level }) => level)).toEqual(['ok', 'error']);
    expect(found[1]?.what).toMatch(what);
    expect(found[1]?.advice).toMatch(advice);
  });

  test('that refuse the token are named', async () => {
    tokens.lifetime = -60;
    const found = await gcnFindings();
    tokens.lifetime = 3_600;
    expect(found.map(({ level }) => level)).toEqual(['ok', 'error']);
    expect(found[1]?.what).toMatch(/accepts the connection, but not the token/);
  });
});
