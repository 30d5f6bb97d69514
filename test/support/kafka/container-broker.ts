import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from 'testcontainers';
import type { KafkaBroker } from './broker.js';
import { ENDING } from './broker.js';
import { ready } from './ready.js';
import { type BrokerSettings, CREDENTIALS, formatArguments, serverProperties } from './settings.js';

const IMAGE = 'apache/kafka:4.1.0';
const PROPERTIES = '/tmp/server.properties';

/** Whether a Docker engine answers. */
export async function hasDocker(): Promise<boolean> {
  return await getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
}

/** An Apache Kafka in a container, with its data inside. */
export class ContainerBroker implements KafkaBroker {
  readonly username = CREDENTIALS.username;
  readonly password = CREDENTIALS.password;
  readonly pid = undefined;
  readonly brokers: string;
  readonly saslBrokers: string;
  readonly oauthBrokers: string;

  private constructor(
    private readonly container: StartedTestContainer,
    settings: Pick<BrokerSettings, 'plaintextPort' | 'saslPort' | 'oauthPort'>,
  ) {
    this.brokers = `127.0.0.1:${settings.plaintextPort}`;
    this.saslBrokers = `127.0.0.1:${settings.saslPort}`;
    this.oauthBrokers = `127.0.0.1:${settings.oauthPort}`;
  }

  static async start(settings: Omit<BrokerSettings, 'bind' | 'dataDirectory'>): Promise<ContainerBroker> {
    const { plaintextPort, saslPort, oauthPort } = settings;
    const properties = serverProperties({ ...settings, bind: '0.0.0.0', dataDirectory: '/tmp/data' });
    const format = formatArguments(PROPERTIES).map((argument) => `'${argument}'`);
    const commands = [
      `/opt/kafka/bin/kafka-storage.sh ${format.join(' ')}`,
      `exec /opt/kafka/bin/kafka-server-start.sh ${PROPERTIES}`,
    ];
    const container = await new GenericContainer(IMAGE)
      // The same outside as inside, as the broker tells clients where it is.
      .withExposedPorts(...[plaintextPort, saslPort, oauthPort].map((port) => ({ container: port, host: port })))
      .withEnvironment({ KAFKA_HEAP_OPTS: '-Xmx512m' })
      .withCopyContentToContainer([{ content: properties, target: PROPERTIES, mode: 0o644 }])
      .withCommand(['sh', '-c', commands.join(' && ')])
      .withWaitStrategy(Wait.forListeningPorts())
      .start();
    const broker = new ContainerBroker(container, settings);
    try {
      await ready(broker.brokers, () => true);
    } catch (error) {
      await broker.stop();
      throw error;
    }
    return broker;
  }

  async restart(): Promise<void> {
    await this.container.restart();
    await ready(this.brokers, () => true);
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const { container } = await getContainerRuntimeClient();
    const handle = container.getById(this.container.getId());
    await handle.kill({ signal });
    if (ENDING.includes(signal)) await handle.wait();
  }

  async stop(): Promise<void> {
    await this.container.stop();
  }

  async log(): Promise<string> {
    const { container } = await getContainerRuntimeClient();
    const stream = await container.logs(container.getById(this.container.getId()), { tail: 100 });
    return (await stream.toArray()).join('');
  }
}
