import type pg from 'pg';
import type { ReadRecord, StreamPartition } from '../../cache/commit/stretch.js';

/** What the table stream_position holds of a partition. */
export interface StoredPosition {
  /** The offset of the next record to read. */
  readonly position: bigint;
  /** The last record that was read before it; undefined if none is known. */
  readonly record: ReadRecord | undefined;
}

/** The table stream_position, apart from the transactions that move positions with the effects of records. */
export class StoredPositions {
  constructor(private readonly pool: pg.Pool) {}

  /** Those of a topic, by partition. */
  async ofTopic(cluster: string, topic: string): Promise<Map<number, StoredPosition>> {
    const { rows } = await this.pool.query(
      `SELECT partition, position, record_offset, record_digest FROM stream_position
      WHERE cluster = $1 AND topic = $2`,
      [cluster, topic],
    );
    return new Map(
      rows.map(({ partition, position, record_offset: offset, record_digest: digest }) => [
        partition,
        { position, record: offset === null ? undefined : { offset, digest } },
      ]),
    );
  }

  /** True if the topic was read in another cluster. */
  async isOfAnotherCluster(cluster: string, topic: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'SELECT FROM stream_position WHERE topic = $1 AND cluster <> $2 LIMIT 1',
      [topic, cluster],
    );
    return rowCount !== 0;
  }

  /**
   * Stores the first positions of a topic in one statement, all of them or none: otherwise another replica could take the
   * missing ones for partitions that were added later.
   * @returns false if another replica has stored them meanwhile; those are valid
   */
  async add(cluster: string, topic: string, positions: ReadonlyMap<number, bigint>): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `INSERT INTO stream_position (cluster, topic, partition, position, changed_at)
      SELECT $1, $2, first.*, now() FROM unnest($3::int[], $4::bigint[]) AS first
      ON CONFLICT DO NOTHING`,
      [cluster, topic, [...positions.keys()], [...positions.values()]],
    );
    return rowCount !== 0;
  }

  /** @returns false if another replica has moved it meanwhile; that position is valid */
  async move({ cluster, topic, partition }: StreamPartition, before: bigint, position: bigint): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `UPDATE stream_position SET position = $5, record_offset = NULL, record_digest = NULL, changed_at = now()
      WHERE cluster = $1 AND topic = $2 AND partition = $3 AND position = $4`,
      [cluster, topic, partition, before, position],
    );
    return rowCount === 1;
  }

  /** Stores the record before a position, if the position has not moved. */
  async setRecord({ cluster, topic, partition }: StreamPartition, position: bigint, record: ReadRecord): Promise<void> {
    await this.pool.query(
      `UPDATE stream_position SET record_offset = $5, record_digest = $6
      WHERE cluster = $1 AND topic = $2 AND partition = $3 AND position = $4`,
      [cluster, topic, partition, position, record.offset, record.digest],
    );
  }
}
