import { connect } from 'node:net';
import { NO_LOG } from '../../domain/log.js';
import { type Admin, createKafka, type Kafka } from '../../kafka/client.js';
import type { KafkaSettings } from '../../kafka/settings.js';
import { type Finding, findingsOf, messageOf } from './finding.js';

const { ok, warning, error } = findingsOf('kafka');

const SILENCE_MILLISECONDS = 5_000;
/** A coordinator that is being found or is loading its log is asked again for about 10 s. */
const RETRY = { retries: 5 };
/** Checks what the collaboration's broker permits, without changing anything. */
export async function checkKafka(settings: KafkaSettings): Promise<Finding[]> {
  const reached = await reachable(settings.brokers);
  const findings: Finding[] = settings.brokers.flatMap((broker, i) => {
    const why = reached[i];
    return why === undefined
      ? []
      : [
          error(
            `there is no answer from ${broker} (${why})`,
            'check KAFKA_BROKERS, and that no firewall blocks the connection',
          ),
        ];
  });
  if (reached.every((why) => why !== undefined)) return findings;
  const kafka = createKafka(settings, NO_LOG);
  const admin = kafka.admin({ retry: { retries: 1 } });
  let known: readonly string[];
  try {
    await admin.connect();
    // A broker that requires a login closes the connection at the first request.
    known = await admin.listTopics();
  } catch (failure) {
    await admin.disconnect();
    return [...findings, rejected(failure, settings)];
  }
  try {
    const login = settings.sasl === undefined ? 'without a login' : `as ${settings.sasl.username}`;
    return [
      ...findings,
      ok(`${settings.brokers.join(', ')} accepts the connection ${login}`),
      ...(await topics(admin, new Set(known), Object.values(settings.topics))),
      await transactions(kafka, settings.groupId),
      ...(await reading(
        kafka,
        settings.groupId,
        Object.values(settings.topics).filter((topic) => known.includes(topic)),
      )),
    ];
  } catch (failure) {
    return [...findings, error(`the broker answers, but the check failed: ${messageOf(failure)}`, 'read its log')];
  } finally {
    await admin.disconnect();
  }
}

/** The reason for each broker that cannot be reached; undefined for one that can. */
export async function reachable(brokers: readonly string[]): Promise<(string | undefined)[]> {
  return await Promise.all(
    brokers.map((broker) => {
      const [, host = '', port = ''] = /^\[?([^\]]*)\]?:(\d+)$/.exec(broker) ?? [];
      return new Promise<string | undefined>((resolve) => {
        const socket = connect({ host, port: Number(port), timeout: SILENCE_MILLISECONDS });
        const settle = (why?: string) => {
          socket.destroy();
          resolve(why);
        };
        socket.once('connect', () => settle());
        socket.once('timeout', () => settle(`no answer in ${SILENCE_MILLISECONDS / 1000} s`));
        socket.once('error', (failure: NodeJS.ErrnoException) => settle(failure.code ?? failure.message));
      });
    }),
  );
}

function rejected(failure: unknown, { ssl, sasl }: KafkaSettings): Finding {
  if (isLoginError(failure)) {
    return error(
      `the broker rejects the login (${messageOf(failure)})`,
      'check KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD and KAFKA_SASL_MECHANISM',
    );
  }
  const how = `${ssl ? 'with' : 'without'} TLS, ${sasl === undefined ? 'without a login' : `with ${sasl.mechanism}`}`;
  return error(
    `the broker accepts the connection, but not requests ${how} (${messageOf(failure)})`,
    'check KAFKA_SSL and KAFKA_SASL_…: a broker closes connections without the TLS or login that it requires',
  );
}

function isLoginError(error: unknown): boolean {
  return chain(error).some(({ name }) => name === 'KafkaJSSASLAuthenticationError');
}

/** @param type one of Kafka's protocol */
function isOfType(error: unknown, type: string): boolean {
  return chain(error).some((found) => 'type' in found && found.type === type);
}

/** An error and its causes: the client wraps the errors of its last try. */
function chain(error: unknown): Error[] {
  return error instanceof Error ? [error, ...chain(error.cause)] : [];
}

async function topics(admin: Admin, known: ReadonlySet<string>, wanted: readonly string[]): Promise<Finding[]> {
  const missing = wanted.filter((topic) => !known.has(topic));
  const there = wanted.filter((topic) => known.has(topic));
  return [
    ...(there.length === 0 ? [] : [ok(`topics that exist: ${there.join(', ')}`)]),
    ...(await Promise.all(missing.map((topic) => missingTopic(admin, topic)))),
    ...(await Promise.all(there.map((topic) => unreadable(admin, topic)))).flat(),
  ];
}

/** The server creates missing topics if it may. Whether it may is validated without creating them. */
async function missingTopic(admin: Admin, topic: string): Promise<Finding> {
  try {
    await admin.createTopics({ topics: [{ topic }], validateOnly: true, waitForLeaders: false });
    return warning(
      `the topic ${topic} is missing; the server creates it when it starts`,
      'if it should exist, check the name in the …_TOPIC variables',
    );
  } catch (failure) {
    return error(
      `the topic ${topic} is missing or hidden from this user, who may not create it (${reasonOf(failure)})`,
      'check the name in the …_TOPIC variables, or ask the broker’s administrators for the topic and the rights to it',
    );
  }
}

/** The error about one topic, which the client wraps in an error about all topics. */
function reasonOf(error: unknown): string {
  const [first = error] = error instanceof Error && 'errors' in error ? (error.errors as Error[]) : [];
  return messageOf(first);
}

async function unreadable(admin: Admin, topic: string): Promise<Finding[]> {
  try {
    await admin.fetchTopicOffsets(topic);
    return [];
  } catch (failure) {
    const advice = 'ask the broker’s administrators for the right to read and write it';
    return [error(`the topic ${topic} cannot be read (${messageOf(failure)})`, advice)];
  }
}

/**
 * Observations and published alerts are read in consumer groups. The check uses a group of its own, so that it does not
 * disturb a running server.
 */
async function reading(kafka: Kafka, groupId: string, topics: readonly string[]): Promise<Finding[]> {
  if (topics.length === 0) return [];
  const group = `${groupId}-doctor`;
  // The records are not needed, so as little as possible is read.
  const least = { maxBytes: 1, maxBytesPerPartition: 1, maxWaitTimeInMs: 100 };
  const consumer = kafka.consumer({ groupId: group, ...least, retry: RETRY });
  let isMember = false;
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics] });
    await new Promise<void>((resolve, reject) => {
      consumer.on('consumer.group_join', () => {
        isMember = true;
      });
      consumer.on('consumer.fetch', () => resolve());
      consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
      consumer.run({ autoCommit: false, eachBatch: async () => undefined }).catch(reject);
    });
    return [ok(`consumer groups like ${group} are permitted, and the topics can be read`)];
  } catch (failure) {
    if (isMember) {
      const advice = `ask the broker’s administrators for the right to read ${topics.join(', ')}`;
      return [error(`the broker does not permit reading all topics (${messageOf(failure)})`, advice)];
    }
    return [
      error(
        `the broker rejects the consumer group ${group} (${messageOf(failure)})`,
        `ask its administrators for the right to use consumer groups whose names begin with ${groupId}`,
      ),
    ];
  } finally {
    await consumer.disconnect();
  }
}

/** Alerts are published in transactions. The check uses an id of its own, so that no running server loses its own. */
async function transactions(kafka: Kafka, groupId: string): Promise<Finding> {
  const transactionalId = `${groupId}-doctor`;
  const producer = kafka.producer({ transactionalId, maxInFlightRequests: 1, idempotent: true, retry: RETRY });
  try {
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.abort();
    return ok(`transactional ids like ${transactionalId} are permitted`);
  } catch (failure) {
    // The broker checks first whether the producer may write to any topic.
    if (isOfType(failure, 'CLUSTER_AUTHORIZATION_FAILED')) {
      return error(
        `the broker does not permit writing to any topic (${messageOf(failure)})`,
        'ask its administrators for the right to write to ALERT_TOPIC, FIREDRILL_ALERT_TOPIC and CONNECTION_TEST_TOPIC',
      );
    }
    return error(
      `the broker rejects the transactional id ${transactionalId} (${messageOf(failure)})`,
      `ask its administrators for the right to use transactional ids that begin with ${groupId}`,
    );
  } finally {
    await producer.disconnect();
  }
}
