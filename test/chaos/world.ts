import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  administer,
  type KafkaCluster,
  makeTopics,
  serviceEnvironment,
  startKafkaCluster,
  type Topics,
  topicsNamed,
} from '../support/kafka/index.js';
import { Site } from '../support/service-process.js';
import { Health } from './health.js';
import { PostgresPair } from './postgres-pair.js';
import { Replica } from './replica.js';

const BROKERS = 3;
export const PARTITIONS = 3;
const COPIES = 3;
const REPLICAS = 2;
const PATIENCE_MILLISECONDS = 120_000;

/** A deployment: two replicas, three brokers, a primary and its standby. */
export interface World {
  readonly kafka: KafkaCluster;
  readonly topics: Topics;
  readonly postgres: PostgresPair;
  readonly replicas: readonly Replica[];
  readonly health: readonly Health[];
  /** Waits until every replica says that nothing is missing. @throws after a time */
  untilWell(milliseconds?: number): Promise<void>;
  stop(): Promise<void>;
}

/** @returns undefined, after a loud line, where a broker can't run */
export async function openWorld(environment: Record<string, string>): Promise<World | undefined> {
  const kafka = await startKafkaCluster(BROKERS);
  if (kafka === undefined) return undefined;
  const closing: (() => Promise<unknown>)[] = [() => kafka.stop()];
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    const topics = topicsNamed(randomUUID().slice(0, 8));
    await makeTopics(kafka.brokers, [topics.observations], PARTITIONS, COPIES);
    await makeTopics(kafka.brokers, Object.values(topics), 1, COPIES);
    const postgres = await PostgresPair.start();
    closing.push(() => postgres.stop());
    const site = await Site.make();
    closing.push(() => site.cleanUp());
    const settings = { ...serviceEnvironment(kafka.brokers, topics), ...environment };
    const replicas: Replica[] = [];
    for (let i = 0; i < REPLICAS; i++) {
      const replica = await Replica.start(site, settings, postgres.primaryPort, (port) => postgres.url(port));
      closing.push(() => replica.stop());
      replicas.push(replica);
    }
    const health = replicas.map(({ url }) => new Health(url));
    closing.push(() => Promise.all(health.map((one) => one.stop())));
    const world: World = {
      kafka,
      topics,
      postgres,
      replicas,
      health,
      async untilWell(milliseconds = PATIENCE_MILLISECONDS) {
        const began = performance.now();
        const deadline = began + milliseconds;
        while (!health.every((one) => one.isWellSince(began))) {
          if (performance.now() > deadline) {
            const last = health.map(({ looks }) => JSON.stringify(looks.at(-1))).join(' and ');
            throw new Error(`not well after ${milliseconds / 1_000} s: ${last}`);
          }
          await pause(50);
        }
      },
      stop,
    };
    await world.untilWell();
    return world;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** More partitions for the observation topic. */
export async function addPartition({ kafka, topics }: World, count: number): Promise<void> {
  const topicPartitions = [{ topic: topics.observations, count }];
  await administer(kafka.brokers, (admin) => admin.createPartitions({ topicPartitions }));
}
