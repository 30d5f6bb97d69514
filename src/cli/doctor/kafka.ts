import { connect } from 'node:net';
import { type Admin, createKafka, type Kafka, type KafkaLog } from '../../kafka/client.js';
import type { KafkaSettings } from '../../kafka/settings.js';
import { type Finding, findingsOf, messageOf } from './finding.js';

const { ok, warning, fault } = findingsOf('kafka');

const SILENCE_MILLISECONDS = 5_000;
/** A coordinator that is being found, or reads its log, is no refusal: it is asked again for about 10 s. */
const PATIENT = { retries: 5 };
/** What goes wrong is told below. */
export const NO_LOG: KafkaLog = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Looks at the collaboration's broker: what it lets the server do, without doing it. */
export async function checkKafka(settings: KafkaSettings): Promise<Finding[]> {
  const reached = await reachable(settings.brokers);
  const findings: Finding[] = settings.brokers.flatMap((broker, i) => {
    const why = reached[i];
    return why === undefined
      ? []
      : [fault(`nothing answers at ${broker} (${why})`, 'check KAFKA_BROKERS, and that no firewall is between')];
  });
  if (reached.every((why) => why !== undefined)) return findings;
  const kafka = createKafka(settings, NO_LOG);
  const admin = kafka.admin({ retry: { retries: 1 } });
  let known: readonly string[];
  try {
    await admin.connect();
    // A broker that asks for a login hangs up at the first question.
    known = await admin.listTopics();
  } catch (error) {
    await admin.disconnect();
    return [...findings, refused(error, settings)];
  }
  try {
    const login = settings.sasl === undefined ? 'without login' : `as ${settings.sasl.username}`;
    return [
      ...findings,
      ok(`${settings.brokers.join(', ')} lets us in ${login}`),
      ...(await topics(admin, new Set(known), Object.values(settings.topics))),
      await transactions(kafka, settings.groupId),
      ...(await reading(
        kafka,
        settings.groupId,
        Object.values(settings.topics).filter((topic) => known.includes(topic)),
      )),
    ];
  } catch (error) {
    return [...findings, fault(`the broker answers, and can't be looked at: ${messageOf(error)}`, 'look into its log')];
  } finally {
    await admin.disconnect();
  }
}

/** Of each broker why no connection comes about; undefined if one does. */
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
        socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
      });
    }),
  );
}

function refused(error: unknown, { ssl, sasl }: KafkaSettings): Finding {
  if (isLoginError(error)) {
    return fault(
      `the broker refuses the login (${messageOf(error)})`,
      'check KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD and KAFKA_SASL_MECHANISM',
    );
  }
  const how = `${ssl ? 'with' : 'without'} TLS, ${sasl === undefined ? 'without login' : `with ${sasl.mechanism}`}`;
  return fault(
    `the broker takes the connection and does not speak with us ${how} (${messageOf(error)})`,
    'check KAFKA_SSL and KAFKA_SASL_…: a broker hangs up on who does not speak TLS, or does not log in, where it asks for it',
  );
}

function isLoginError(error: unknown): boolean {
  return chain(error).some(({ name }) => name === 'KafkaJSSASLAuthenticationError');
}

/** @param type one of Kafka's protocol */
function isOfType(error: unknown, type: string): boolean {
  return chain(error).some((found) => 'type' in found && found.type === type);
}

/** An error and its causes: the client wraps what it gives up on. */
function chain(error: unknown): Error[] {
  return error instanceof Error ? [error, ...chain(error.cause)] : [];
}

async function topics(admin: Admin, known: ReadonlySet<string>, wanted: readonly string[]): Promise<Finding[]> {
  const missing = wanted.filter((topic) => !known.has(topic));
  const there = wanted.filter((topic) => known.has(topic));
  return [
    ...(there.length === 0 ? [] : [ok(`topics that are there: ${there.join(', ')}`)]),
    ...(await Promise.all(missing.map((topic) => missingTopic(admin, topic)))),
    ...(await Promise.all(there.map((topic) => unreadable(admin, topic)))).flat(),
  ];
}

/** The server makes what is missing if it may: it is tried without making it. */
async function missingTopic(admin: Admin, topic: string): Promise<Finding> {
  try {
    await admin.createTopics({ topics: [{ topic }], validateOnly: true, waitForLeaders: false });
    return warning(
      `the topic ${topic} is missing; the server makes it when it starts`,
      'if it should be there, check the name in the …_TOPIC variables',
    );
  } catch (error) {
    return fault(
      `the topic ${topic} is missing or hidden from us, and the broker does not let us make it (${reasonOf(error)})`,
      'check the name in the …_TOPIC variables, or ask the broker’s administrators for it, and for the rights to it',
    );
  }
}

/** What is said of a topic: the client wraps it into an error about all topics. */
function reasonOf(error: unknown): string {
  const [first = error] = error instanceof Error && 'errors' in error ? (error.errors as Error[]) : [];
  return messageOf(first);
}

async function unreadable(admin: Admin, topic: string): Promise<Finding[]> {
  try {
    await admin.fetchTopicOffsets(topic);
    return [];
  } catch (error) {
    const advice = 'ask the broker’s administrators for the right to read and write it';
    return [fault(`the topic ${topic} can't be read (${messageOf(error)})`, advice)];
  }
}

/**
 * Observations are read in a group, and so are alerts that are published already: in one of our own, so that no running
 * server is disturbed.
 */
async function reading(kafka: Kafka, groupId: string, topics: readonly string[]): Promise<Finding[]> {
  if (topics.length === 0) return [];
  const group = `${groupId}-doctor`;
  // What it reads is of no use: as little as the broker gives.
  const least = { maxBytes: 1, maxBytesPerPartition: 1, maxWaitTimeInMs: 100 };
  const consumer = kafka.consumer({ groupId: group, ...least, retry: PATIENT });
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
    return [ok(`groups like ${group} are permitted, and the topics may be read`)];
  } catch (error) {
    if (isMember) {
      const advice = `ask the broker’s administrators for the right to read ${topics.join(', ')}`;
      return [fault(`the broker does not let us read all topics (${messageOf(error)})`, advice)];
    }
    return [
      fault(
        `the broker refuses the consumer group ${group} (${messageOf(error)})`,
        `ask its administrators for the right to read in groups whose names begin with ${groupId}`,
      ),
    ];
  } finally {
    await consumer.disconnect();
  }
}

/** Alerts are published in transactions: under an id of our own, so that no running server loses its. */
async function transactions(kafka: Kafka, groupId: string): Promise<Finding> {
  const transactionalId = `${groupId}-doctor`;
  const producer = kafka.producer({ transactionalId, maxInFlightRequests: 1, idempotent: true, retry: PATIENT });
  try {
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.abort();
    return ok(`transactional ids like ${transactionalId} are permitted`);
  } catch (error) {
    // Asked first: whoever may write to a topic may also number what is written.
    if (isOfType(error, 'CLUSTER_AUTHORIZATION_FAILED')) {
      return fault(
        `the broker lets us write to no topic (${messageOf(error)})`,
        'ask its administrators for the right to write ALERT_TOPIC, FIREDRILL_ALERT_TOPIC and CONNECTION_TEST_TOPIC',
      );
    }
    return fault(
      `the broker refuses the transactional id ${transactionalId} (${messageOf(error)})`,
      `ask its administrators for ids that begin with ${groupId}`,
    );
  } finally {
    await producer.disconnect();
  }
}
