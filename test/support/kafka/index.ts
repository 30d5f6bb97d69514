import type { KafkaBroker, KafkaOptions } from './broker.js';
import { ContainerBroker, hasDocker } from './container-broker.js';
import { kafkaClassPath } from './maven.js';
import { isFree, lastingPorts } from './ports.js';
import { ProcessBroker } from './process-broker.js';
import { makeTopics } from './ready.js';

export type { KafkaBroker, KafkaOptions } from './broker.js';
export { type KafkaCluster, startKafkaCluster } from './cluster.js';
export { type Permissions, permit } from './permissions.js';
export { administer, makeTopics } from './ready.js';
export { count, type Received, receive, type Sent, send } from './records.js';
export { ADMIN_PASSWORD, serviceEnvironment, untilReading } from './service.js';
export { VISITOR } from './settings.js';
export { DEVELOPMENT_TOPICS, type Topics, topicsNamed } from './topics.js';

/**
 * Starts an Apache Kafka 4.1 that only this machine reaches: in Docker where an engine answers, else by Maven and Java.
 *
 * @returns undefined, after a loud line, where there is neither
 * @throws if it doesn't start, with the end of its log, and where CI is set also if there is neither
 */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaBroker | undefined> {
  const { port, autoCreateTopics = false, isLasting = false } = options;
  const settings = { ...(await ports(port)), autoCreateTopics, isLasting };
  const broker = (await startContainer(settings)) ?? (await startProcess(settings));
  if (broker === undefined) return undefined;
  try {
    await makeTopics(broker.brokers, options.topics ?? []);
  } catch (error) {
    await broker.stop();
    throw error;
  }
  return broker;
}

type Settings = Parameters<typeof ContainerBroker.start>[0];

async function startContainer(settings: Settings): Promise<ContainerBroker | undefined> {
  if (!(await hasDocker())) return undefined;
  try {
    return await ContainerBroker.start(settings);
  } catch (error) {
    // An engine that can't get the image, say: Maven may.
    process.stderr.write(`Kafka does not start in Docker, trying Maven: ${error}\n`);
    return undefined;
  }
}

async function startProcess(settings: Settings): Promise<ProcessBroker | undefined> {
  const classPath = await kafkaClassPath();
  return classPath === undefined ? undefined : await ProcessBroker.start(classPath, settings);
}

async function ports(wanted: number | undefined) {
  const [first, second, oauthPort, controllerPort] = (await lastingPorts(4)) as [number, number, number, number];
  if (wanted === undefined) return { plaintextPort: first, saslPort: second, oauthPort, controllerPort };
  for (const port of [wanted, wanted + 1]) {
    if (!(await isFree(port))) throw new Error(`port ${port} is taken`);
  }
  return { plaintextPort: wanted, saslPort: wanted + 1, oauthPort, controllerPort };
}
