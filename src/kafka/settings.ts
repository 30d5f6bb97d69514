/** How to reach the collaboration's broker, and which topics to use. */
export interface KafkaSettings {
  /** `host:port` of each. */
  readonly brokers: readonly string[];
  /** The brokers that a command over Kafka may choose instead: `host:port` of each. */
  readonly allowedBrokers: readonly string[];
  readonly ssl: boolean;
  readonly sasl:
    | { readonly mechanism: SaslMechanism; readonly username: string; readonly password: string }
    | undefined;
  readonly groupId: string;
  /** Where reading starts in a topic that exists already and was never read in any cluster. */
  readonly start: 'latest' | 'earliest';
  readonly topics: Topics;
  /** The topic of the canary's test coincidences. */
  readonly canaryTopic: string;
  /** The password of commands that arrive over Kafka; undefined: they are rejected. */
  readonly adminPassword: string | undefined;
  /** Milliseconds: a command that is older than this when it arrives is not carried out. */
  readonly commandMaxAge: number;
}

export interface Topics {
  readonly observations: string;
  readonly firedrillObservations: string;
  readonly alerts: string;
  readonly firedrillAlerts: string;
  /** Also the topic of the alerts of the test cache. */
  readonly connectionTests: string;
}

export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];
