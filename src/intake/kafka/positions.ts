import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { ReadRecord, StreamPartition } from '../../cache/commit/stretch.js';
import { tellingAway } from '../../database/away.js';
import type { Log } from '../../domain/log.js';
import type { LogBounds } from '../../kafka/log-bounds.js';
import { type StoredPosition, StoredPositions } from './stored-positions.js';

/** Where a partition is read from. */
export interface StreamStart extends StoredPosition {
  /** The log's bounds, looked up after the position was read. */
  readonly low: bigint;
  readonly high: bigint;
}

/** Asks the broker for a topic's bounds. */
type Look = () => Promise<readonly LogBounds[]>;

export interface Doubt {
  /** How long a position must be outside the log before the log is read from its beginning. */
  readonly milliseconds: number;
  readonly lookEvery: number;
}

/** After a change of the partition's leader the log may end before the position for a short time. */
const DOUBT: Doubt = { milliseconds: 15_000, lookEvery: 1_000 };

/** Decides where partitions are read from: at the stored position, or where a topic begins that was never read. */
export class StreamStarts {
  private readonly positions: StoredPositions;
  private readonly wereMissing = new Set<string>();

  /** @param start where a topic starts that exists already and was never read */
  constructor(
    pool: pg.Pool,
    private readonly start: 'latest' | 'earliest',
    private readonly log: Log,
    private readonly patience: Doubt = DOUBT,
  ) {
    this.positions = new StoredPositions(pool);
  }

  /** Notes that a topic does not exist yet: all records that it gets when it is made are new. */
  missing(topic: string): void {
    this.wereMissing.add(topic);
  }

  /**
   * Stores where the partitions of a topic start that was never read, before the group is joined: records that arrive
   * while it is being joined are new.
   * @throws DatabaseAway, or what the broker says
   */
  settleFirst(cluster: string, topic: string, look: Look): Promise<void> {
    return tellingAway(async () => {
      const known = await this.positions.ofTopic(cluster, topic);
      if (known.size === 0) await this.begin(cluster, topic, await look());
    });
  }

  /**
   * Where each partition is read from. Stores a start for partitions that have none. A stored position may lie outside
   * the log.
   * @throws DatabaseAway
   */
  establish(cluster: string, topic: string, look: Look): Promise<Map<number, StreamStart>> {
    return tellingAway(async () => {
      const { positions } = this;
      let known = await positions.ofTopic(cluster, topic);
      const bounds = await look();
      const fresh = bounds.filter(({ partition }) => !known.has(partition));
      if (known.size === 0) await this.begin(cluster, topic, bounds);
      // All records of a partition that was added to a topic that is read already are new.
      else await positions.add(cluster, topic, new Map(fresh.map(({ partition, low }) => [partition, low])));
      if (fresh.length > 0) known = new Map([...(await positions.ofTopic(cluster, topic)), ...known]);
      return new Map(
        bounds.flatMap((one): [number, StreamStart][] => {
          const found = known.get(one.partition);
          return found === undefined ? [] : [[one.partition, toStart(found, one)]];
        }),
      );
    });
  }

  /**
   * Where to read on if the position seems to lie outside the log: at the position, if the log reaches it within a
   * while, otherwise where the log begins. undefined: `isOver` became true before that.
   * @throws DatabaseAway, or what the broker says
   */
  settle(partition: StreamPartition, look: Look, isOver: () => boolean): Promise<StreamStart | undefined> {
    return tellingAway(async () => {
      let since: { readonly position: bigint; readonly at: number } | undefined;
      for (;;) {
        await delay(this.patience.lookEvery);
        if (isOver()) return undefined;
        const found = await this.lookAt(partition, look);
        if (!isOutside(found)) return found;
        if (since?.position !== found.position) since = { position: found.position, at: performance.now() };
        if (performance.now() - since.at < this.patience.milliseconds) continue;
        const { position, low, high } = found;
        const details = { ...partition, position: String(position), low: String(low), high: String(high) };
        // Only the replica that moved it logs it.
        if (await this.positions.move(partition, position, low))
          this.log.error(details, position < low ? 'kafka:records-removed' : 'kafka:position-outside-the-log');
        return await this.lookAt(partition, look);
      }
    });
  }

  /** Where to read on if the log was replaced by another one: where that begins. */
  beginAnew(partition: StreamPartition, look: Look, before: bigint): Promise<StreamStart> {
    return tellingAway(async () => {
      const { low, high } = await this.lookAt(partition, look);
      const details = { ...partition, position: String(before), low: String(low), high: String(high) };
      if (await this.positions.move(partition, before, low)) this.log.error(details, 'kafka:log-replaced');
      return await this.lookAt(partition, look);
    });
  }

  /** Stores the record before a position that has none stored. @throws DatabaseAway */
  remember(partition: StreamPartition, position: bigint, record: ReadRecord): Promise<void> {
    return tellingAway(() => this.positions.setRecord(partition, position, record));
  }

  private async begin(cluster: string, topic: string, bounds: readonly LogBounds[]): Promise<void> {
    const reason = await this.reasonForAll(cluster, topic);
    const isFromEnd = this.start === 'latest' && reason === undefined;
    const first = new Map(bounds.map(({ partition, low, high }) => [partition, isFromEnd ? high : low]));
    const isAdded = await this.positions.add(cluster, topic, first);
    if (!isAdded || reason === undefined || this.start === 'earliest') return;
    const records = Number(bounds.reduce((sum, { low, high }) => sum + high - low, 0n));
    if (records > 0) this.log.warn({ cluster, topic, records, reason }, 'kafka:read-from-the-beginning');
  }

  /** Why all records of a topic are new, although none of it was read in this cluster; undefined if they are not. */
  private async reasonForAll(cluster: string, topic: string): Promise<string | undefined> {
    if (this.wereMissing.has(topic)) return 'the topic was missing before';
    const isElsewhere = await this.positions.isOfAnotherCluster(cluster, topic);
    return isElsewhere ? 'the topic was read in another cluster before' : undefined;
  }

  /** Reads the position before the log's bounds: bounds that were read first might not reach the position. */
  private async lookAt({ cluster, topic, partition }: StreamPartition, look: Look): Promise<StreamStart> {
    const found = (await this.positions.ofTopic(cluster, topic)).get(partition);
    const bounds = (await look()).find((one) => one.partition === partition);
    if (found === undefined || bounds === undefined) throw new Error(`${topic}/${partition} has no position`);
    return toStart(found, bounds);
  }
}

export function isOutside({ position, low, high }: StreamStart): boolean {
  return position < low || position > high;
}

function toStart({ position, record }: StoredPosition, { low, high }: Pick<LogBounds, 'low' | 'high'>): StreamStart {
  return { position, record: record === undefined || record.offset < low ? undefined : record, low, high };
}
