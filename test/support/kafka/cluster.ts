import { kafkaClassPath } from './maven.js';
import { lastingPorts } from './ports.js';
import { ProcessBroker } from './process-broker.js';
import { clusterId } from './settings.js';

const PORTS_OF_A_BROKER = 4;

/** Several brokers that keep copies of one another's topics: as many copies as there are brokers, at most three. */
export interface KafkaCluster {
  /** All of them, as a client is given them. */
  readonly brokers: string;
  readonly members: readonly ProcessBroker[];
  stop(): Promise<void>;
}

/**
 * Starts brokers of one cluster as Java processes.
 *
 * @returns undefined, after a loud line, where Java or Maven is missing
 * @throws if one doesn't start, with the end of its log, and where CI is set also if Java or Maven is missing
 */
export async function startKafkaCluster(size: number): Promise<KafkaCluster | undefined> {
  const classPath = await kafkaClassPath();
  if (classPath === undefined) return undefined;
  const free = await lastingPorts(size * PORTS_OF_A_BROKER);
  const ofBroker = (i: number) => free.slice(i * PORTS_OF_A_BROKER, (i + 1) * PORTS_OF_A_BROKER);
  const controllerPorts = Array.from({ length: size }, (_, i) => ofBroker(i)[0] as number);
  const id = clusterId();
  // Together: none is ready before a majority has chosen a controller.
  const started = await Promise.allSettled(
    controllerPorts.map((controllerPort, i) => {
      const [, plaintextPort, saslPort, oauthPort] = ofBroker(i) as [number, number, number, number];
      const member = { nodeId: i + 1, clusterId: id, controllerPorts };
      const ports = { plaintextPort, saslPort, oauthPort, controllerPort };
      return ProcessBroker.start(classPath, { ...ports, autoCreateTopics: false, isLasting: false, member });
    }),
  );
  const members = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const stop = async () => {
    await Promise.all(members.map((member) => member.stop()));
  };
  const failed = started.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  return { brokers: members.map(({ brokers }) => brokers).join(), members, stop };
}
