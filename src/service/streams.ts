import { setTimeout as pause } from 'node:timers/promises';
import { createBrokerChanges } from '../intake/kafka/broker-changes.js';
import { createKafka } from '../kafka/client.js';
import { clusterId } from '../kafka/log-bounds.js';
import { type BrokerStreams, type BrokerStreamsOptions, startBrokerStreams } from './broker-streams.js';

export type StreamsOptions = Omit<BrokerStreamsOptions, 'changeBrokers'>;

/** Kafka's way in and way out. */
export interface Streams {
  /** Alerts of a cache may wait: at least these, if any are told. */
  wake: BrokerStreams['wake'];
  /** What does not work at the moment, in words; none: messages are read, and alerts can be sent. */
  problems(): readonly string[];
  /** Records that wait to be read, as last counted; null: not known. */
  lag(): number | null;
  lagSeconds: BrokerStreams['lagSeconds'];
  /** Tries a dead letter again. */
  replay: BrokerStreams['replay'];
  partitionLags: BrokerStreams['partitionLags'];
  outstanding: BrokerStreams['outstanding'];
  /** Those that are read and published on now. */
  brokers(): readonly string[];
  /** The brokers may have been changed. */
  reconsider(): void;
  stopReading(): Promise<void>;
  stopPublishing(): Promise<void>;
}

const RETRY_MILLISECONDS = 1_000;

/**
 * Reads and publishes on the brokers that are configured, or those that a command chose since: then, also on a later
 * one, all starts anew there.
 * @throws DatabaseAway
 */
export async function startStreams(options: StreamsOptions): Promise<Streams> {
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
  let streams = await start();

  function start(): Promise<BrokerStreams> {
    return startBrokerStreams({ ...options, settings: { ...settings, brokers }, changeBrokers: reconsider });
  }

  async function follow(): Promise<void> {
    const chosen = await changes.current();
    if (chosen.join() === brokers.join() || isStopping) return;
    log.warn({ from: brokers, to: chosen }, 'kafka:brokers-changed');
    isChanging = true;
    await streams.stopReading();
    await streams.stopPublishing();
    brokers = chosen;
    while (isChanging && !isStopping) {
      try {
        streams = await start();
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

  // A command may have been left over by whoever took it.
  reconsider();
  return {
    wake: (cache, alerts) => streams.wake(cache, alerts),
    problems: () => (isChanging ? ['the brokers are changed'] : streams.problems()),
    lag: () => (isChanging ? null : streams.lag()),
    lagSeconds: () => (isChanging ? null : streams.lagSeconds()),
    replay: (id) => streams.replay(id),
    brokers: () => brokers,
    partitionLags: () => streams.partitionLags(),
    outstanding: () => streams.outstanding(),
    reconsider,
    async stopReading() {
      isStopping = true;
      await turn;
      await streams.stopReading();
    },
    stopPublishing: () => streams.stopPublishing(),
  };
}
