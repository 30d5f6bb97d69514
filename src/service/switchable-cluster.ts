import { setTimeout as pause } from 'node:timers/promises';
import type { KafkaStatus } from '../http/dependencies.js';
import { createBrokerChanges } from '../intake/kafka/broker-changes.js';
import { createKafka } from '../kafka/client.js';
import { clusterId } from '../kafka/log-bounds.js';
import { type Cluster, startCluster } from './cluster.js';
import type { ClusterOptions } from './cluster-options.js';

export type SwitchableClusterOptions = Omit<ClusterOptions, 'changeBrokers'>;

/** A Kafka cluster that a broker-change command can exchange for another one while the service runs. */
export interface SwitchableCluster
  extends Pick<Cluster, 'wake' | 'retryDeadLetter' | 'partitionLags' | 'pending' | 'startReading'> {
  status(): KafkaStatus;
  /** The brokers in use, each as `host:port`. */
  brokers(): readonly string[];
  /** Carries out pending broker-change commands and switches to the brokers that are now chosen. */
  checkBrokers(): void;
  stopReading(): Promise<void>;
  stopPublishing(): Promise<void>;
}

const RETRY_MILLISECONDS = 1_000;

/**
 * Starts to publish alerts; reads the observation topics after `startReading`. Uses the brokers of the last broker-change
 * command, or the configured ones if there was none. When the brokers change, the old cluster is stopped and a new one
 * is started.
 * @throws DatabaseAway
 */
export async function startSwitchableCluster(options: SwitchableClusterOptions): Promise<SwitchableCluster> {
  const { settings, pool, log } = options;
  const changes = createBrokerChanges({
    pool,
    configured: settings.brokers,
    allowed: settings.allowedBrokers,
    reach: async (brokers) => {
      await clusterId(createKafka({ ...settings, brokers }, log));
    },
    log,
  });
  let brokers = await changes.current();
  let isSwitching = false;
  let isStopping = false;
  let isReading = false;
  /** Settles when the last requested check is done: checks run one after the other. */
  let checked: Promise<void> = Promise.resolve();
  let cluster = await start();

  function start(): Promise<Cluster> {
    return startCluster({ ...options, settings: { ...settings, brokers }, changeBrokers: checkBrokers });
  }

  async function switchIfChanged(): Promise<void> {
    const chosen = await changes.current();
    if (chosen.join() === brokers.join() || isStopping) return;
    log.warn({ from: brokers, to: chosen }, 'kafka:brokers-changed');
    isSwitching = true;
    await cluster.stopReading();
    await cluster.stopPublishing();
    brokers = chosen;
    while (isSwitching && !isStopping) {
      try {
        cluster = await start();
        if (isReading) cluster.startReading();
        isSwitching = false;
      } catch (error) {
        log.warn({ err: error }, 'kafka:not-ready');
        await pause(RETRY_MILLISECONDS);
      }
    }
  }

  function checkBrokers(): void {
    checked = checked
      .then(changes.decide)
      .then(switchIfChanged)
      .catch((error) => log.warn({ err: error }, 'kafka:brokers-not-looked-up'));
  }

  function status(): KafkaStatus {
    const problems = isSwitching ? ['the brokers are being changed'] : cluster.problems();
    const [lag, seconds] = isSwitching ? [null, null] : [cluster.lag(), cluster.lagSeconds()];
    return { working: problems.length === 0, problems, lag, lag_seconds: seconds };
  }

  // The replica that received a command may have ended before it carried the command out.
  checkBrokers();
  return {
    startReading() {
      isReading = true;
      if (!isSwitching) cluster.startReading();
    },
    wake: (cache, alerts) => cluster.wake(cache, alerts),
    status,
    retryDeadLetter: (id) => cluster.retryDeadLetter(id),
    brokers: () => brokers,
    partitionLags: () => cluster.partitionLags(),
    pending: () => cluster.pending(),
    checkBrokers,
    async stopReading() {
      isStopping = true;
      await checked;
      await cluster.stopReading();
    },
    stopPublishing: () => cluster.stopPublishing(),
  };
}
