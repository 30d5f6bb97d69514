import type pg from 'pg';

/** How old a count may be before it is made anew. */
const FRESH_MILLISECONDS = 5_000;

export interface BacklogOptions {
  readonly pool: pg.Pool;
  /** Asks the broker where the topics end. */
  ends(): Promise<{
    readonly cluster: string;
    readonly ends: readonly { readonly topic: string; readonly partition: number; readonly end: bigint }[];
  }>;
  readonly log: { debug(details: object, message: string): void };
}

/** Records of a partition that have come and not taken effect yet. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  readonly records: number;
}

/**
 * How many records of the observation topics have not taken effect yet, over all replicas: the stored positions
 * count. Whoever asks gets the last count at once, and has it made anew if it is old: nobody waits for a broker.
 */
export function createBacklog({ pool, ends, log }: BacklogOptions) {
  let counted: { readonly size: number | null; readonly at: number } | undefined;
  let isCounting = false;

  async function count(): Promise<readonly PartitionLag[]> {
    const { cluster, ends: partitions } = await ends();
    const { rows } = await pool.query<{ topic: string; partition: number; position: bigint }>(
      'SELECT topic, partition, position FROM stream_position WHERE cluster = $1',
      [cluster],
    );
    const positions = new Map(rows.map(({ topic, partition, position }) => [`${topic}/${partition}`, position]));
    return partitions.map(({ topic, partition, end }) => {
      const waiting = end - BigInt(positions.get(`${topic}/${partition}`) ?? end);
      return { topic, partition, records: waiting > 0n ? Number(waiting) : 0 };
    });
  }

  async function renew(): Promise<void> {
    isCounting = true;
    let size: number | null = null;
    try {
      size = (await count()).reduce((sum, { records }) => sum + records, 0);
    } catch (error) {
      log.debug({ err: error }, 'kafka:backlog-not-counted');
    }
    counted = { size, at: Date.now() };
    isCounting = false;
  }

  return {
    /** Of each partition, counted anew. @throws KafkaJSError, or what the database says, if either is away */
    partitions: count,
    /** Null: not known, as the broker is away or was not asked yet. */
    size(): number | null {
      if (!isCounting && (counted === undefined || Date.now() - counted.at > FRESH_MILLISECONDS)) void renew();
      return counted?.size ?? null;
    },
  };
}
