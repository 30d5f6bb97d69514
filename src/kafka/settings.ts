/** How to reach the collaboration's broker, and which topics. */
export interface KafkaSettings {
  /** `host:port` of each. */
  readonly brokers: readonly string[];
  /** What a command over Kafka may choose instead: `host:port` of each. */
  readonly allowedBrokers: readonly string[];
  readonly ssl: boolean;
  readonly sasl:
    | { readonly mechanism: SaslMechanism; readonly username: string; readonly password: string }
    | undefined;
  readonly groupId: string;
  /** Where a topic begins that is there when it is first looked for, and was never read, in no cluster. */
  readonly start: 'latest' | 'earliest';
  readonly topics: Topics;
  /** Of this service's own test coincidences. */
  readonly canaryTopic: string;
  /** Of the commands that come over Kafka; undefined: they are refused. */
  readonly adminPassword: string | undefined;
  /** Milliseconds: a command that was older when it came isn't carried out. */
  readonly commandMaxAge: number;
}

export interface Topics {
  readonly observations: string;
  readonly firedrillObservations: string;
  readonly alerts: string;
  readonly firedrillAlerts: string;
  /** Also of the alerts of the test cache. */
  readonly connectionTests: string;
}

export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];
