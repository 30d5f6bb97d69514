import { inSeconds } from '../domain/time.js';
import type { KafkaSettings } from '../kafka/settings.js';
import { type Given, invalidVariables } from './config-error.js';
import type { Values } from './environment.js';

/** @throws ConfigError if the login is incomplete or two topics have the same name */
export function kafkaConfig(values: Values, given: Given): KafkaSettings | undefined {
  if (values.KAFKA_BROKERS === undefined) return undefined;
  const { KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = values;
  if ((username === undefined) !== (password === undefined)) {
    const missing = username === undefined ? 'KAFKA_SASL_USERNAME' : 'KAFKA_SASL_PASSWORD';
    throw invalidVariables([[missing, 'both user name and password, or neither']], given);
  }
  const topics = {
    observations: values.OBSERVATION_TOPIC,
    firedrillObservations: values.FIREDRILL_OBSERVATION_TOPIC,
    alerts: values.ALERT_TOPIC,
    firedrillAlerts: values.FIREDRILL_ALERT_TOPIC,
    connectionTests: values.CONNECTION_TEST_TOPIC,
  };
  const canaryTopic = values.CANARY_TOPIC;
  const all = { ...topics, canary: canaryTopic };
  if (new Set(Object.values(all)).size < Object.keys(all).length) {
    throw invalidVariables([['ALERT_TOPIC', 'six topics with different names']], { ALERT_TOPIC: all });
  }
  return Object.freeze({
    brokers: values.KAFKA_BROKERS,
    allowedBrokers: [...values.KAFKA_BROKERS, ...(values.ALLOWED_BROKERS ?? [])],
    ssl: values.KAFKA_SSL,
    sasl:
      username === undefined || password === undefined
        ? undefined
        : { mechanism: values.KAFKA_SASL_MECHANISM, username, password },
    groupId: values.KAFKA_GROUP_ID,
    start: values.KAFKA_START,
    topics,
    canaryTopic,
    adminPassword: values.ADMIN_PASSWORD,
    commandMaxAge: inSeconds(values.COMMAND_MAX_AGE) * 1_000,
  });
}
