import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { ReadRecord, StreamPartition } from '../../cache/commit/stretch.js';
import { asDatabaseAway } from '../../database/away.js';
import type { LogBounds } from '../../kafka/log-bounds.js';

interface Log {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Where a partition is read from. */
export interface StreamStart {
  readonly position: bigint;
  /** The last record that was read before it; undefined: none is known, or the log has it no more. */
  readonly record: ReadRecord | undefined;
  /** The log's bounds, looked up after the position was read. */
  readonly low: bigint;
  readonly high: bigint;
}

/** Asks the broker for a topic's bounds. */
type Look = () => Promise<readonly LogBounds[]>;

export interface Doubt {
  /** How long a position must have been outside the log before that is believed. */
  readonly milliseconds: number;
  readonly lookEvery: number;
}

/** After a change of leader the log's end may lag behind what was read already. */
const DOUBT: Doubt = { milliseconds: 15_000, lookEvery: 1_000 };

const STORED = `SELECT partition, position, record_offset, record_digest FROM stream_position
  WHERE cluster = $1 AND topic = $2`;

/** Where partitions are read from: what is stored, or where a topic begins that was never read. */
export function createStreamStarts(pool: pg.Pool, start: 'latest' | 'earliest', log: Log, doubt: Doubt = DOUBT) {
  type Stored = Pick<StreamStart, 'position' | 'record'>;
  const wereMissing = new Set<string>();

  async function stored(cluster: string, topic: string): Promise<Map<number, Stored>> {
    const { rows } = await pool.query(STORED, [cluster, topic]);
    return new Map(
      rows.map(({ partition, position, record_offset: offset, record_digest: digest }) => [
        partition,
        { position, record: offset === null ? undefined : { offset, digest } },
      ]),
    );
  }

  /**
   * All of a topic or none, so that nobody takes the rest for partitions that were added. False if somebody else has
   * stored them meanwhile: theirs stand.
   */
  async function storeFirst(cluster: string, topic: string, positions: ReadonlyMap<number, bigint>): Promise<boolean> {
    const { rowCount } = await pool.query(
      `INSERT INTO stream_position (cluster, topic, partition, position, changed_at)
      SELECT $1, $2, first.*, now() FROM unnest($3::int[], $4::bigint[]) AS first
      ON CONFLICT DO NOTHING`,
      [cluster, topic, [...positions.keys()], [...positions.values()]],
    );
    return rowCount !== 0;
  }

  /** Why all of a topic is news, though none of it was read in this cluster. */
  async function reasonForAll(cluster: string, topic: string): Promise<string | undefined> {
    if (wereMissing.has(topic)) return 'the topic was missing before';
    const { rowCount } = await pool.query('SELECT FROM stream_position WHERE topic = $1 AND cluster <> $2 LIMIT 1', [
      topic,
      cluster,
    ]);
    return rowCount === 0 ? undefined : 'the topic was read in another cluster before';
  }

  async function begin(cluster: string, topic: string, bounds: readonly LogBounds[]): Promise<void> {
    const reason = await reasonForAll(cluster, topic);
    const isFromEnd = start === 'latest' && reason === undefined;
    const first = new Map(bounds.map(({ partition, low, high }) => [partition, isFromEnd ? high : low]));
    if (!(await storeFirst(cluster, topic, first)) || reason === undefined || start === 'earliest') return;
    const records = Number(bounds.reduce((sum, { low, high }) => sum + high - low, 0n));
    if (records > 0) log.warn({ cluster, topic, records, reason }, 'kafka:read-from-the-beginning');
  }

  /** False if somebody else has moved it meanwhile: theirs stands. */
  async function move({ cluster, topic, partition }: StreamPartition, before: bigint, position: bigint) {
    const { rowCount } = await pool.query(
      `UPDATE stream_position SET position = $5, record_offset = NULL, record_digest = NULL, changed_at = now()
      WHERE cluster = $1 AND topic = $2 AND partition = $3 AND position = $4`,
      [cluster, topic, partition, before, position],
    );
    return rowCount === 1;
  }

  /** The position first, and the log's bounds after: those that were looked up before may be behind it by now. */
  async function lookAt({ cluster, topic, partition }: StreamPartition, look: Look): Promise<StreamStart> {
    const found = (await stored(cluster, topic)).get(partition);
    const bounds = (await look()).find((one) => one.partition === partition);
    if (found === undefined || bounds === undefined) throw new Error(`${topic}/${partition} has no position`);
    return toStart(found, bounds);
  }

  return {
    /** Whoever makes the topic can't have written to it before: all of it will be news. */
    missing: (topic: string): void => {
      wereMissing.add(topic);
    },

    /**
     * Stores where the partitions of a topic begin that was never read, as soon as it is seen: what comes while the
     * group is joined is news.
     * @throws DatabaseAway, or what the broker says
     */
    settleFirst: (cluster: string, topic: string, look: Look): Promise<void> =>
      heeding(async () => {
        if ((await stored(cluster, topic)).size === 0) await begin(cluster, topic, await look());
      }),

    /**
     * Where each partition is read from; stores it where there is none. What is stored may lie outside the log.
     * @throws DatabaseAway
     */
    establish: (cluster: string, topic: string, look: Look): Promise<Map<number, StreamStart>> =>
      heeding(async () => {
        let known = await stored(cluster, topic);
        const bounds = await look();
        const fresh = bounds.filter(({ partition }) => !known.has(partition));
        if (known.size === 0) await begin(cluster, topic, bounds);
        // A partition that was added to a topic that is read already has nothing old in it.
        else await storeFirst(cluster, topic, new Map(fresh.map(({ partition, low }) => [partition, low])));
        if (fresh.length > 0) known = new Map([...(await stored(cluster, topic)), ...known]);
        return new Map(
          bounds.flatMap((one): [number, StreamStart][] => {
            const found = known.get(one.partition);
            return found === undefined ? [] : [[one.partition, toStart(found, one)]];
          }),
        );
      }),

    /**
     * Where to read on if the position seems to lie outside the log: where it is, if the log has it again before that is
     * believed, else where the log begins. undefined: it is over before.
     * @throws DatabaseAway, or what the broker says
     */
    settle: (partition: StreamPartition, look: Look, isOver: () => boolean): Promise<StreamStart | undefined> =>
      heeding(async () => {
        let since: { readonly position: bigint; readonly at: number } | undefined;
        for (;;) {
          await delay(doubt.lookEvery);
          if (isOver()) return undefined;
          const found = await lookAt(partition, look);
          if (!isOutside(found)) return found;
          if (since?.position !== found.position) since = { position: found.position, at: performance.now() };
          if (performance.now() - since.at < doubt.milliseconds) continue;
          const { position, low, high } = found;
          const details = { ...partition, position: String(position), low: String(low), high: String(high) };
          // Said once, by whoever moved it.
          if (await move(partition, position, low))
            log.error(details, position < low ? 'kafka:records-removed' : 'kafka:position-outside-the-log');
          return await lookAt(partition, look);
        }
      }),

    /** Where to read on if another log stands where this one was read: where it begins. */
    beginAnew: (partition: StreamPartition, look: Look, before: bigint): Promise<StreamStart> =>
      heeding(async () => {
        const { low, high } = await lookAt(partition, look);
        const details = { ...partition, position: String(before), low: String(low), high: String(high) };
        if (await move(partition, before, low)) log.error(details, 'kafka:log-replaced');
        return await lookAt(partition, look);
      }),

    /** Keeps the record before a position of which none is kept. */
    remember: ({ cluster, topic, partition }: StreamPartition, position: bigint, record: ReadRecord): Promise<void> =>
      heeding(async () => {
        await pool.query(
          `UPDATE stream_position SET record_offset = $5, record_digest = $6
          WHERE cluster = $1 AND topic = $2 AND partition = $3 AND position = $4`,
          [cluster, topic, partition, position, record.offset, record.digest],
        );
      }),
  };
}

export type StreamStarts = ReturnType<typeof createStreamStarts>;

export function isOutside({ position, low, high }: StreamStart): boolean {
  return position < low || position > high;
}

function toStart(
  { position, record }: Pick<StreamStart, 'position' | 'record'>,
  { low, high }: Pick<LogBounds, 'low' | 'high'>,
): StreamStart {
  return { position, record: record === undefined || record.offset < low ? undefined : record, low, high };
}

/** What the database says while it is away is told as that. */
async function heeding<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw asDatabaseAway(error);
  }
}
