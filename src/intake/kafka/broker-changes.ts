import type pg from 'pg';
import type { Log } from '../../domain/log.js';
import { brokersIn } from './brokers.js';

/** The channel of PostgreSQL's notifications on which replicas learn that the brokers changed. */
export const BROKER_CHANNEL = 'snews_broker';

export interface BrokerChangesOptions {
  readonly pool: pg.Pool;
  /** KAFKA_BROKERS. A command replaces them until the variable is changed. */
  readonly configured: readonly string[];
  /** ALLOWED_BROKERS. A broker that is removed from it is no longer used. */
  readonly allowed: readonly string[];
  /** Resolves if the brokers answer, rejects otherwise. */
  reach(brokers: readonly string[]): Promise<void>;
  readonly log: Log;
}

/** The brokers in use, and the commands that change them. Each command takes effect once, on all replicas, and stays. */
export function createBrokerChanges({ pool, configured, allowed, reach, log }: BrokerChangesOptions) {
  async function decide(): Promise<void> {
    const { rows } = await pool.query(
      `SELECT uuid, body ->> 'new_broker' AS named FROM message WHERE kind = 'broker-change'
        AND NOT EXISTS (SELECT FROM broker_change WHERE broker_change.uuid = message.uuid)
      ORDER BY received_at, uuid`,
    );
    for (const { uuid, named } of rows) {
      const brokers = brokersIn(named);
      const outcome = await reach(brokers).then(
        () => 'changed',
        (error) => {
          log.error({ err: error, brokers }, 'kafka:new-brokers-unreachable');
          return 'unreachable';
        },
      );
      // If several replicas decide at the same time, the first one wins.
      await pool.query(
        `WITH decided AS (
          INSERT INTO broker_change (uuid, configured, brokers, outcome, decided_at) VALUES ($1, $2, $3, $4, now())
          ON CONFLICT DO NOTHING RETURNING uuid
        ) SELECT pg_notify($5, uuid::text) FROM decided`,
        [uuid, configured, brokers, outcome, BROKER_CHANNEL],
      );
    }
  }

  return {
    /** The brokers to use. */
    async current(): Promise<readonly string[]> {
      const { rows } = await pool.query<{ brokers: string[] }>(
        `SELECT brokers FROM broker_change WHERE outcome = 'changed' AND configured = $1 AND brokers <@ $2
        ORDER BY decided_at DESC LIMIT 1`,
        [configured, allowed],
      );
      return rows[0]?.brokers ?? configured;
    },

    /** Carries out the commands that are still pending. A command whose brokers don't answer is recorded as unreachable. */
    decide,
  };
}
