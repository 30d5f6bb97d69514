import type { Consumer, Kafka } from 'kafkajs';
import { logBounds } from '../../kafka/log-bounds.js';
import { onOffsetOutOfRange } from '../../kafka/offset-out-of-range.js';
import { nameOf } from '../../kafka/topic-partition.js';
import type { Holds } from './holds.js';
import { type Evidence, PartitionPlace } from './place.js';
import { isOutside, type StreamStart, type StreamStarts } from './positions.js';

const LOOK_AGAIN_MILLISECONDS = 10_000;

/** Partitions by topic. */
export type Assignment = Readonly<Record<string, readonly number[]>>;

export interface PlacesOptions {
  readonly kafka: Kafka;
  readonly starts: StreamStarts;
  /** The one that reads now. */
  consumer(): Consumer;
  readonly holds: Holds;
  /** Tries again until it is done, or the reader stops. */
  stubbornly(work: () => Promise<void>): Promise<void>;
  isStopping(): boolean;
  /** How often each partition's log is made sure of, in milliseconds; by default every 10 s. */
  readonly lookAgainEvery: number | undefined;
  readonly log: Log;
}

interface Log {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/**
 * The assigned partitions. One whose position its log doesn't have, or where another log stands, is not read until it is
 * settled where to go on; the others are.
 */
export function createPlaces({ kafka, starts, consumer, holds, log, ...options }: PlacesOptions) {
  const places = new Map<string, PartitionPlace>();
  const doubted = new Map<string, Promise<void>>();
  let cluster = '';
  let memberId: string | undefined;
  let latest: Assignment = {};

  /** Finds or stores where the partitions begin, and tells the client to read from there. True if they still are ours. */
  async function place(assignment: Assignment): Promise<boolean> {
    const found: { readonly topic: string; readonly partition: number; readonly start: StreamStart }[] = [];
    for (const [topic, partitions] of Object.entries(assignment)) {
      const established = await starts.establish(cluster, topic, () => logBounds(kafka, topic));
      for (const partition of partitions) {
        const start = established.get(partition);
        if (start === undefined) throw new Error(`the broker tells no offsets of ${topic}/${partition}`);
        found.push({ topic, partition, start });
      }
    }
    // While this one was looked up, another one may have come.
    if (assignment !== latest) return false;
    places.clear();
    doubted.clear();
    holds.endAll();
    for (const { topic, partition, start } of found) {
      if (isOutside(start)) doubt(topic, partition, 'elsewhere');
      else begin(topic, partition, start);
    }
    log.info({ cluster, assignment }, 'kafka:partitions-assigned');
    return true;
  }

  function begin(topic: string, partition: number, start: StreamStart): void {
    places.set(nameOf({ topic, partition }), new PartitionPlace({ cluster, topic, partition }, consumer(), start));
  }

  /** Reads no more of a partition until it is settled where its log has to be read on. */
  function doubt(topic: string, partition: number, evidence: Exclude<Evidence, 'fine'>): void {
    const key = nameOf({ topic, partition });
    if (doubted.has(key)) return;
    const assignment = latest;
    const isOver = () => options.isStopping() || assignment !== latest;
    const { position } = places.get(key) ?? {};
    const place = { cluster, topic, partition };
    const look = () => logBounds(kafka, topic);
    log.warn({ ...place, position: position?.toString(), evidence }, 'kafka:position-in-doubt');
    places.delete(key);
    const release = holds.hold({ topic, partition });
    const settled = options.stubbornly(async () => {
      if (isOver()) return;
      const start =
        evidence === 'another log' && position !== undefined
          ? await starts.beginAnew(place, look, position)
          : await starts.settle(place, look, isOver);
      if (start === undefined || isOver()) return;
      begin(topic, partition, start);
      doubted.delete(key);
      release();
    });
    doubted.set(key, settled);
  }

  const forgetOutOfRange = onOffsetOutOfRange((event) => {
    if (event.memberId !== memberId) return false;
    const { topic, partition } = event;
    // The client holds it by itself: whoever ends the last hold lets it go on.
    const release = holds.hold({ topic, partition });
    if (!places.get(nameOf({ topic, partition }))?.passOver()) doubt(topic, partition, 'elsewhere');
    release();
    return true;
  });

  const lookingAgain = setInterval(() => {
    try {
      for (const place of places.values()) place.lookAgainSoon();
    } catch (error) {
      // The client is just giving up, which it tells next: then all is looked at again from the beginning.
      log.debug({ err: error }, 'kafka:not-looked-again');
    }
  }, options.lookAgainEvery ?? LOOK_AGAIN_MILLISECONDS);

  return {
    /** True if nobody doubts where a partition has to be read. */
    areCertain: () => doubted.size === 0,
    of: (topic: string, partition: number) => places.get(nameOf({ topic, partition })),
    doubt,
    /** Only these count from now on. What they come to be placed by gives false if others have come meanwhile. */
    assign(assigned: { readonly cluster: string; readonly memberId: string; readonly assignment: Assignment }) {
      ({ cluster, memberId, assignment: latest } = assigned);
      return () => place(assigned.assignment);
    },
    /** The client gave up: nothing is assigned. */
    forget(): void {
      latest = {};
      places.clear();
      doubted.clear();
      holds.endAll();
    },
    /** Keeps the record before a position of which none was known. It is no matter if it isn't kept now. */
    remember(topic: string, partition: number, { position, record }: PartitionPlace): void {
      if (record === undefined) return;
      starts
        .remember({ cluster, topic, partition }, position, record)
        .catch((error) => log.warn({ err: error, topic, partition }, 'kafka:record-not-remembered'));
    },
    async stop(): Promise<void> {
      clearInterval(lookingAgain);
      forgetOutOfRange();
      await Promise.all(doubted.values());
    },
  };
}
export type Places = ReturnType<typeof createPlaces>;
