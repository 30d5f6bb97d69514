import type pg from 'pg';
import type { CommittedAlert } from '../../cache/contract.js';
import type { CacheName } from '../../domain/cache-name.js';
import { type Instant, toPosixMilliseconds } from '../../domain/time.js';

/** How far a cache's alerts are known to be published. */
export interface Publication {
  /** Of the last one; 0 if there is none. */
  readonly sequence: number;
  /** Where it is; null if nothing was published yet. */
  readonly place: { readonly cluster: string; readonly topic: string; readonly position: bigint } | null;
}

/** Alerts that are not published yet, over all caches. */
export interface PendingPublications {
  readonly pending: number;
  /** When the oldest of them was sent, in POSIX milliseconds; null if there is none. */
  readonly pendingSince: number | null;
}

/** Stores how far alerts are published on Kafka. */
export function createPublications(pool: pg.Pool) {
  return {
    /** From now on alerts are published. Those that were sent before Kafka was configured are not. */
    async begin(): Promise<void> {
      await pool.query(
        `INSERT INTO alert_publication (cache, sequence, changed_at) SELECT name, next_sequence - 1, now() FROM cache
        ON CONFLICT DO NOTHING`,
      );
    },

    async of(cache: CacheName): Promise<Publication> {
      const { rows } = await pool.query(
        'SELECT sequence, cluster, topic, position FROM alert_publication WHERE cache = $1',
        [cache],
      );
      const { sequence, cluster, topic, position } = rows[0];
      return { sequence: Number(sequence), place: position === null ? null : { cluster, topic, position } };
    },

    async pending(): Promise<PendingPublications> {
      const { rows } = await pool.query<{ count: bigint; since: bigint | null }>(
        `SELECT count(*) AS count, min(sent_ns) AS since FROM alert_publication AS start
        JOIN alert ON alert.cache = start.cache AND alert.sequence > start.sequence`,
      );
      const { count, since } = rows[0] as (typeof rows)[number];
      return { pending: Number(count), pendingSince: since === null ? null : toPosixMilliseconds(since as Instant) };
    },

    /** The alerts that follow a sequence, in order. */
    async after(cache: CacheName, sequence: number, limit: number): Promise<readonly CommittedAlert[]> {
      const { rows } = await pool.query<{ id: string; sequence: bigint; payload: string }>({
        name: 'alerts-to-publish',
        text: `SELECT id, sequence, payload::text FROM alert WHERE cache = $1 AND sequence > $2 ORDER BY sequence LIMIT $3`,
        values: [cache, sequence, limit],
      });
      return rows.map((row) => ({ ...row, sequence: Number(row.sequence) }));
    },

    /**
     * Never goes back. Does not wait for the disk: if the database loses it in a crash, the next replica to publish reads
     * the topic from a little further back.
     */
    async confirm(cache: CacheName, { sequence, place }: Publication): Promise<void> {
      await pool.query({
        name: 'confirm-publication',
        text: `WITH unhurried AS (SELECT set_config('synchronous_commit', 'off', true))
          UPDATE alert_publication SET sequence = $2, cluster = $3, topic = $4, position = $5, changed_at = now()
          FROM unhurried WHERE cache = $1 AND sequence <= $2`,
        values: [cache, sequence, place?.cluster, place?.topic, place?.position],
      });
    },

    /** The alerts up to this one were on the topic already. The next look begins at the same place. */
    async found(cache: CacheName, sequence: number): Promise<void> {
      await pool.query(
        'UPDATE alert_publication SET sequence = $2, changed_at = now() WHERE cache = $1 AND sequence < $2',
        [cache, sequence],
      );
    },
  };
}

export type Publications = ReturnType<typeof createPublications>;
