import type { Log } from '../domain/log.js';
import { createBacklog } from '../intake/kafka/backlog.js';
import { createDeadLetterRetry } from '../intake/kafka/dead-letter-retry.js';
import { lookFirst } from '../intake/kafka/first-look.js';
import { StreamStarts } from '../intake/kafka/positions.js';
import { type StreamReader, type StreamReaderOptions, startStreamReader } from '../intake/kafka/reader.js';
import { createPasswordGuard } from '../intake/kafka/remote-commands.js';
import type { Kafka } from '../kafka/client.js';
import { logEnds, makeMissingTopics } from '../kafka/log-bounds.js';
import type { Topics } from '../kafka/settings.js';
import type { ClusterOptions } from './cluster-options.js';

/**
 * Reads the observation topics after `start` is called, and measures how many records are still to be read.
 * @param remote carries out the commands that come over Kafka and change no sub-group
 */
export function createReading(kafka: Kafka, remote: StreamReaderOptions['remote'], options: ClusterOptions) {
  const { settings, pool, cacheService, log } = options;
  const { topics, groupId, allowedBrokers, commandMaxAge } = settings;
  const guard = createPasswordGuard(settings.adminPassword, log);
  const starts = new StreamStarts(pool, settings.start, log);
  const observationTopics = [topics.observations, topics.firedrillObservations];

  let looking: Promise<void> | undefined;
  /** Both topics' readers call it, mostly at the same time: the second one shares the first one's look. */
  function prepare(): Promise<void> {
    looking ??= lookFirst({ kafka, topics: observationTopics, starts, log }, () =>
      makeTopics(kafka, topics, log),
    ).finally(() => {
      looking = undefined;
    });
    return looking;
  }

  const interpreting = { guard, remote, allowedBrokers, commandMaxAge, log };
  const backlog = createBacklog({
    pool,
    ends: () => logEnds(kafka, observationTopics),
    start: settings.start,
    log,
  });
  let reader: StreamReader | undefined;

  return {
    start(): void {
      reader ??= startStreamReader({ kafka, groupId, topics, prepare, starts, cacheService, ...interpreting });
    },
    /** What keeps records from being read, in words. */
    problems: () => [...(reader?.problems() ?? ['messages are not read yet']), ...backlog.problems()],
    backlog,
    retryDeadLetter: createDeadLetterRetry({
      pool,
      cacheService,
      firedrillTopic: topics.firedrillObservations,
      ...interpreting,
    }),
    async stop(): Promise<void> {
      backlog.stop();
      await reader?.stop();
    },
  };
}

/** The broker may forbid creating topics; the readers then wait until somebody else has created them. */
async function makeTopics(kafka: Kafka, topics: Topics, log: Log): Promise<void> {
  try {
    const made = await makeMissingTopics(kafka, Object.values(topics));
    if (made.length > 0) log.info({ topics: made }, 'kafka:topics-made');
  } catch (error) {
    log.warn({ err: error }, 'kafka:topics-not-made');
  }
}
