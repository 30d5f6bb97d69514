import type { Topics } from './topics.js';

export const ADMIN_PASSWORD = 'the-password-of-the-tests';

/** What tells a service where to read and publish. */
export function serviceEnvironment(brokers: string, topics: Topics): Record<string, string> {
  return {
    KAFKA_BROKERS: brokers,
    KAFKA_GROUP_ID: topics.observations,
    KAFKA_START: 'earliest',
    OBSERVATION_TOPIC: topics.observations,
    FIREDRILL_OBSERVATION_TOPIC: topics.firedrillObservations,
    ALERT_TOPIC: topics.alerts,
    FIREDRILL_ALERT_TOPIC: topics.firedrillAlerts,
    CONNECTION_TEST_TOPIC: topics.connectionTests,
    ADMIN_PASSWORD,
  };
}

const PATIENCE_MILLISECONDS = 60_000;

/** Waits until /readyz says that nothing is missing. */
export async function untilReading(service: { url: string | URL; output: string }): Promise<void> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    const response = await fetch(new URL('/readyz', service.url));
    const { degraded } = (await response.json()) as { degraded?: string[] };
    if (response.ok && degraded?.length === 0) return;
    if (Date.now() > deadline) throw new Error(`the service is not reading: ${degraded} ${service.output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
