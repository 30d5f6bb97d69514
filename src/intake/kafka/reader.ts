import { type StreamReader, startTopicReader, type TopicReaderOptions } from './topic-reader.js';

export type { StreamReader } from './topic-reader.js';

export interface StreamReaderOptions extends Omit<TopicReaderOptions, 'topic' | 'isFiredrill'> {
  /** The consumer group of the observation topic. That of the fire-drill topic has the suffix `-firedrill`. */
  readonly groupId: string;
  /** Every record of the topic `firedrillObservations` is a fire drill. */
  readonly topics: { readonly observations: string; readonly firedrillObservations?: string };
}

/**
 * Reads the observation topics, each in a consumer group of its own: one that is missing, that the broker forbids, or whose
 * records fail does not affect the other.
 */
export function startStreamReader({ topics, groupId, ...options }: StreamReaderOptions): StreamReader {
  const { observations, firedrillObservations } = topics;
  const readers = [startTopicReader({ ...options, groupId, topic: observations, isFiredrill: false })];
  if (firedrillObservations !== undefined) {
    const own = `${groupId}-firedrill`;
    readers.push(startTopicReader({ ...options, groupId: own, topic: firedrillObservations, isFiredrill: true }));
  }
  const problems = () => readers.flatMap((reader) => reader.problems());
  return {
    isReading: () => problems().length === 0,
    problems,
    async stop() {
      await Promise.all(readers.map((reader) => reader.stop()));
    },
  };
}
