import { randomUUID } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { examine } from '../../src/cli/doctor/examine.js';
import type { Finding } from '../../src/cli/doctor/finding.js';
import { makeTopics, type Topics, topicsNamed } from '../support/kafka/index.js';

const brokers = inject('kafkaBrokers') ?? '';
const sasl = inject('kafkaSasl');
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

async function kafkaFindings(environment: Record<string, string>): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const finding of examine({ environment, now: Date.now }))
    if (finding.area === 'kafka') found.push(finding);
  expect(JSON.stringify(found)).not.toContain(SECRET);
  return found;
}

whereKafka('a broker with all topics is fine', async () => {
  const topics = topicsNamed(randomUUID());
  await makeTopics(brokers, Object.values(topics));
  const found = await kafkaFindings({ ...variables(topics), KAFKA_BROKERS: brokers });
  expect(found.map(({ level }) => level)).toEqual(['ok', 'ok', 'ok']);
  expect(found[2]?.what).toContain('transactional ids like snews-coincidence-doctor');
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
    { level: 'fault', what: 'nothing answers at 127.0.0.1:1 (ECONNREFUSED)' },
    {
      level: 'fault',
      what: expect.stringMatching(/nothing answers at nowhere\.invalid:9092 \((ENOTFOUND|EAI_AGAIN)\)/),
    },
  ]);
});

whereLogin('a login that is refused, or missing, is named', async () => {
  const given = { ...variables(topicsNamed('x')), KAFKA_BROKERS: sasl?.brokers ?? '', KAFKA_SASL_USERNAME: 'snews' };
  const refused = await kafkaFindings({ ...given, KAFKA_SASL_PASSWORD: SECRET });
  expect(refused).toMatchObject([{ level: 'fault', what: expect.stringContaining('the broker refuses the login') }]);
  const { KAFKA_SASL_USERNAME: _, ...none } = given;
  const missing = await kafkaFindings(none);
  expect(missing).toMatchObject([
    { level: 'fault', what: expect.stringContaining('does not speak with us without TLS, without login') },
  ]);
});

whereLogin('TLS with a broker that has none is named', async () => {
  const found = await kafkaFindings({ ...variables(topicsNamed('x')), KAFKA_BROKERS: brokers, KAFKA_SSL: 'true' });
  expect(found).toMatchObject([{ level: 'fault', what: expect.stringContaining('does not speak with us with TLS') }]);
});
