import { randomBytes } from 'node:crypto';

/** What distinguishes one broker from another. */
export interface BrokerSettings {
  readonly plaintextPort: number;
  readonly saslPort: number;
  readonly oauthPort: number;
  readonly controllerPort: number;
  /** Where its listeners bind; clients always come to 127.0.0.1. */
  readonly bind: '127.0.0.1' | '0.0.0.0';
  readonly dataDirectory: string;
  /** A client that writes to a topic that isn't there makes it. */
  readonly autoCreateTopics: boolean;
  /** It is to be quick for long, rather than to start soon. */
  readonly isLasting: boolean;
  /** Its place among several brokers; by default it is alone. */
  readonly member?: ClusterMember;
}

/** One of the brokers that make a cluster together. */
export interface ClusterMember {
  readonly nodeId: number;
  readonly clusterId: string;
  /** The controller's port of each member, by node id from 1 on. */
  readonly controllerPorts: readonly number[];
}

/** Who may log in at the SASL listener, and do everything. The broker holds nothing but test data, and only for loopback. */
export const CREDENTIALS = { username: 'snews', password: 'snews-of-the-tests' } as const;
/** Who may log in there too, or with a token, and may do what ACLs of the test grant. */
export const VISITOR = { username: 'visitor', password: 'visitor-of-the-tests' } as const;

/** server.properties of a single process that is broker and controller. */
export function serverProperties(settings: BrokerSettings): string {
  const { plaintextPort, saslPort, oauthPort, controllerPort, bind, dataDirectory, autoCreateTopics, member } =
    settings;
  const controllers = member?.controllerPorts ?? [controllerPort];
  const copies = Math.min(3, controllers.length);
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': member?.nodeId ?? 1,
    'controller.quorum.voters': controllers.map((port, i) => `${i + 1}@127.0.0.1:${port}`).join(),
    listeners: `PLAINTEXT://${bind}:${plaintextPort},SASL_PLAINTEXT://${bind}:${saslPort},OAUTH://${bind}:${oauthPort},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${plaintextPort},SASL_PLAINTEXT://127.0.0.1:${saslPort},OAUTH://127.0.0.1:${oauthPort}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map':
      'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,OAUTH:SASL_PLAINTEXT',
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config':
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    // Kafka's own validator for development: it believes an unsigned token, but wants it to be for somebody and not over.
    'listener.name.oauth.sasl.enabled.mechanisms': 'OAUTHBEARER',
    'listener.name.oauth.oauthbearer.sasl.jaas.config':
      'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";',
    // All may do all but the visitor; without log-in one is ANONYMOUS.
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': `User:ANONYMOUS;User:${CREDENTIALS.username}`,
    'log.dirs': dataDirectory,
    'auto.create.topics.enable': autoCreateTopics,
    'num.partitions': 1,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': Math.min(2, copies),
    'default.replication.factor': copies,
    'min.insync.replicas': Math.min(2, copies),
    // A killed broker may come back once its session is over; by default that takes 9 s.
    'broker.heartbeat.interval.ms': 500,
    'broker.session.timeout.ms': 2000,
    // A test's group has one member: there is nobody to wait for.
    'group.initial.rebalance.delay.ms': 0,
  };
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

/** Arguments of Kafka's storage tool that make an empty data directory. */
export function formatArguments(propertiesFile: string, id = clusterId()): readonly string[] {
  return [
    'format',
    '--ignore-formatted',
    '--config',
    propertiesFile,
    '--cluster-id',
    id,
    ...[CREDENTIALS, VISITOR].flatMap(({ username, password }) => [
      '--add-scram',
      `SCRAM-SHA-512=[name=${username},password=${password}]`,
    ]),
  ];
}

/** 16 bytes in base64url, the first of them 0: an id that began with a dash would be read as an option. */
export function clusterId(): string {
  return Buffer.concat([Buffer.alloc(1), randomBytes(15)]).toString('base64url');
}
