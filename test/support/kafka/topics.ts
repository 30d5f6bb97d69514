/** The five topics of a deployment. */
export interface Topics {
  readonly observations: string;
  readonly alerts: string;
  readonly firedrillObservations: string;
  readonly firedrillAlerts: string;
  /** Also carries the alerts of the test cache. */
  readonly connectionTests: string;
}

/** The names that the collaboration uses for development. */
export const DEVELOPMENT_TOPICS: Topics = {
  observations: 'snews.experiments-test',
  alerts: 'snews.alert-test',
  firedrillObservations: 'snews.experiments-firedrill',
  firedrillAlerts: 'snews.alert-firedrill',
  connectionTests: 'snews.connection-testing',
};

/** Five topics of a test's own, on a broker that it shares with other tests. */
export function topicsNamed(suffix: string): Topics {
  return {
    observations: `${DEVELOPMENT_TOPICS.observations}.${suffix}`,
    alerts: `${DEVELOPMENT_TOPICS.alerts}.${suffix}`,
    firedrillObservations: `${DEVELOPMENT_TOPICS.firedrillObservations}.${suffix}`,
    firedrillAlerts: `${DEVELOPMENT_TOPICS.firedrillAlerts}.${suffix}`,
    connectionTests: `${DEVELOPMENT_TOPICS.connectionTests}.${suffix}`,
  };
}
