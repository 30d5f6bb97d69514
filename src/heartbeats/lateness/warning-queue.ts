import type pg from 'pg';
import type { TimeLimits } from '../../database/jobs/attempt.js';
import type { Waits } from '../../database/jobs/backoff.js';
import type { Clock } from '../../database/jobs/clock.js';
import { JobQueue } from '../../database/jobs/queue.js';
import type { JobSender } from '../../database/jobs/sender.js';
import { createJobStore, type JobTable } from '../../database/jobs/store.js';
import type { Log } from '../../domain/log.js';

export interface WarningQueueOptions<Row, Message> {
  readonly pool: pg.Pool;
  readonly table: 'mail' | 'slack_post';
  readonly columns: readonly (keyof Row & string)[];
  /** What this release can write: the rest waits for a replica of another one. */
  readonly kinds: readonly string[];
  readonly sender: JobSender<Row, Message>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface WarningQueue {
  /**
   * Sends what is due.
   * @param hasTime false: the rest waits for the next call
   */
  sendDue(signal: AbortSignal, hasTime: () => boolean): Promise<void>;
  /** What failed is due now. */
  retryFailed(): Promise<void>;
  /** The server stops: results are recorded for a few seconds more, not longer. */
  finish(): void;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** After that a warning is of no use. Those of silences are dropped as soon as the silence is over. */
const LIFETIME_HOURS = 24;

/**
 * Preparing includes drawing a picture, which takes up to 20 s. The grace is shorter than that of alerts: these are
 * stopped before, and all parts of the service together have 20 s.
 */
const LIMITS: TimeLimits = { prepare: 30 * SECOND, send: MINUTE, grace: 5 * SECOND };
/** Replicas of earlier releases, which may run beside this one, have this lease and no limit on sending. */
const LEASE = 5 * MINUTE;
/** Nobody waits for a warning by the second. Half of the wait is fixed: there is only one leader. */
const WAITS: Waits = { first: 30 * SECOND, most: 30 * MINUTE, fixed: 0.5, permanent: 30 * MINUTE };

/** Sends the warnings and news that a table holds. They have no order. */
export function createWarningQueue<Row, Message>(options: WarningQueueOptions<Row, Message>): WarningQueue {
  const { pool, sender, clock, log } = options;
  const queue = new JobQueue<Row, Message>({
    jobs: createJobStore(pool, tableOf(options)),
    sender,
    limits: LIMITS,
    lease: LEASE,
    waits: WAITS,
    clock,
    log,
  });
  return {
    async sendDue(signal, hasTime) {
      while (!signal.aborted) {
        const step = await queue.step(signal);
        if (step.kind === 'idle' || step.isOfAll || !hasTime()) return;
      }
    },
    retryFailed: () => queue.retryFailed(),
    finish: () => queue.finish(),
  };
}

function tableOf<Row>({
  table,
  columns,
  kinds,
}: Pick<WarningQueueOptions<Row, unknown>, 'table' | 'columns' | 'kinds'>): JobTable<Row> {
  return {
    name: table,
    columns,
    states: { pending: ['waiting'], sent: 'sent', failed: 'dropped', rejected: 'refused' },
    dueAt: 'next_try_at',
    failsAt: `created_at + interval '${LIFETIME_HOURS} hours'`,
    neverTried: `it was over ${LIFETIME_HOURS} h old before it could be tried`,
    // Tries are never counted anew.
    fence: 'tries',
    // A try begins without an error and ends with one, or settles the job.
    isUnderWay: 'tries > 0 AND last_error IS NULL',
    scope: (now) => ({
      // What is too old fails whoever can write it.
      condition: '(kind = ANY($1) OR created_at <= $2)',
      values: [kinds, new Date(now.getTime() - LIFETIME_HOURS * 60 * MINUTE)],
    }),
    begun: { last_error: null },
    postponed: {},
    settled: (at) => ({ settled_at: at }),
  };
}
