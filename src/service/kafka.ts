import { setTimeout as pause } from 'node:timers/promises';
import type { KafkaStatus } from '../http/dependencies.js';
import { createBrokerChanges } from '../intake/kafka/broker-changes.js';
import { createKafka } from '../kafka/client.js';
import { clusterId } from '../kafka/log-bounds.js';
import { type Cluster, type ClusterOptions, startCluster } from './cluster.js';

export type BrokersOptions = Omit<ClusterOptions, 'changeBrokers'>;

/** Kafka as an input and an output, on whatever brokers are chosen. */
export interface Brokers extends Pick<Cluster, 'wake' | 'replay' | 'partitionLags' | 'outstanding' | 'startReading'> {
  status(): KafkaStatus;
  /** Those that are read and published on now. */
  brokers(): readonly string[];
  /** The brokers may have been changed. */
  reconsider(): void;
  stopReading(): Promise<void>;
  stopPublishing(): Promise<void>;
}

const RETRY_MILLISECONDS = 1_000;

/**
 * Publishes, and reads as soon as it is told to, on the brokers that are configured, or those that a command chose
 * since: then, also on a later one, all starts anew there.
 * @throws DatabaseAway
 */
export async function startBrokers(options: BrokersOptions): Promise<Brokers> {
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
  let isChanging = false;
  let isStopping = false;
  let turn: Promise<void> = Promise.resolve();
  let isReading = false;
  let cluster = await start();

  function start(): Promise<Cluster> {
    return startCluster({ ...options, settings: { ...settings, brokers }, changeBrokers: reconsider });
  }

  async function follow(): Promise<void> {
    const chosen = await changes.current();
    if (chosen.join() === brokers.join() || isStopping) return;
    log.warn({ from: brokers, to: chosen }, 'kafka:brokers-changed');
    isChanging = true;
    await cluster.stopReading();
    await cluster.stopPublishing();
    brokers = chosen;
    while (isChanging && !isStopping) {
      try {
        cluster = await start();
        if (isReading) cluster.startReading();
        isChanging = false;
      } catch (error) {
        log.warn({ err: error }, 'kafka:not-ready');
        await pause(RETRY_MILLISECONDS);
      }
    }
  }

  function reconsider(): void {
    turn = turn
      .then(changes.decide)
      .then(follow)
      .catch((error) => log.warn({ err: error }, 'kafka:brokers-not-looked-up'));
  }

  function status(): KafkaStatus {
    const problems = isChanging ? ['the brokers are changed'] : cluster.problems();
    const [lag, seconds] = isChanging ? [null, null] : [cluster.lag(), cluster.lagSeconds()];
    return { working: problems.length === 0, problems, lag, lag_seconds: seconds };
  }

  // A command may have been left over by whoever took it.
  reconsider();
  return {
    startReading() {
      isReading = true;
      if (!isChanging) cluster.startReading();
    },
    wake: (cache, alerts) => cluster.wake(cache, alerts),
    status,
    replay: (id) => cluster.replay(id),
    brokers: () => brokers,
    partitionLags: () => cluster.partitionLags(),
    outstanding: () => cluster.outstanding(),
    reconsider,
    async stopReading() {
      isStopping = true;
      await turn;
      await cluster.stopReading();
    },
    stopPublishing: () => cluster.stopPublishing(),
  };
}
