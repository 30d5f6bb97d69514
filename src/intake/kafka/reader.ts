import { type StreamReader, startTopicReader, type TopicReaderOptions } from './topic-reader.js';

export type { StreamReader } from './topic-reader.js';

export interface StreamReaderOptions extends Omit<TopicReaderOptions, 'topic' | 'isFiredrill'> {
  /** Of the observation topic; that of fire drills is read in another one, whose name begins with this. */
  readonly groupId: string;
  /** Whatever comes over the topic of fire drills is one. */
  readonly topics: { readonly observations: string; readonly firedrillObservations?: string };
}

/**
 * Reads the observation topics, each on its own: one that is missing, that the broker forbids, or whose records fail
 * takes nothing away from the other.
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
