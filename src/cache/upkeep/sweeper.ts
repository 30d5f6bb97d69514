import type pg from 'pg';
import { CACHE_NAMES } from '../../domain/cache-name.js';
import { DatabaseAway } from '../../domain/database-away.js';
import type { Log } from '../../domain/log.js';
import { MEASURED_DAYS } from '../../domain/measured-false-alarm.js';
import { RATES_KEPT_DAYS } from '../../reads/observation-rates.js';
import { type CacheService, ShuttingDown } from '../contract.js';
import { expireInPortions } from './backlog.js';
import { createRetention, type MessageAges } from './retention.js';

/** Observations expire within this time after they are due, even if no message is received. */
const SWEEP_MILLISECONDS = 10_000;
/** How often old rows are removed. */
const PRUNE_MILLISECONDS = 3_600_000;
/** The number of rows that one statement removes. Short statements hold up nothing. */
const PORTION = 5_000;
const DAY_MILLISECONDS = 86_400_000;

export interface Retention extends MessageAges {
  /** Milliseconds after their receipt. */
  readonly heartbeats: number;
}

/**
 * Expires observations that are due, and removes rows that are older than their retention. Several replicas may do so
 * at the same time: expiry is a command under the cache's lock, and removal finds only rows that are left.
 */
export function startSweeper(service: CacheService, pool: pg.Pool, retention: Retention, log: Log) {
  const messages = createRetention(pool, retention);
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let nextPrune = 0;
  let running: Promise<void> = sweep();

  async function sweep(): Promise<void> {
    let isUndoing = false;
    try {
      for (const cache of CACHE_NAMES) await expireInPortions(service, cache, () => stopped, log);
      // The replica that began to undo a reset may have ended.
      isUndoing = await service.goOnUndoing();
      if (Date.now() >= nextPrune) {
        nextPrune = Date.now() + PRUNE_MILLISECONDS;
        await prune();
      }
    } catch (error) {
      // The next sweep does the rest.
      if (!(error instanceof ShuttingDown)) log.warn({ err: error }, 'retention:failed');
      if (!(error instanceof DatabaseAway || error instanceof ShuttingDown)) nextPrune = 0;
    }
    if (!stopped) {
      const pause = isUndoing ? 0 : SWEEP_MILLISECONDS;
      timer = setTimeout(() => {
        running = sweep();
      }, pause);
    }
  }

  async function prune(): Promise<void> {
    await messages.prune(
      () => stopped,
      (what, removed, before) => log.info({ what, removed, before }, 'retention:pruned'),
    );
    for (const [what, statement, age] of PRUNING(retention)) {
      const before = new Date(Date.now() - age);
      let removed = 0;
      for (let portion = PORTION; portion === PORTION && !stopped; removed += portion) {
        portion = (await pool.query(statement, [before, PORTION])).rowCount ?? 0;
      }
      if (removed > 0) log.info({ what, removed, before }, 'retention:pruned');
    }
  }

  return {
    async stop(): Promise<void> {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** Removes old rows of the other tables. */
const PRUNING = (retention: Retention): [what: string, statement: string, age: number][] => [
  [
    'resets',
    `DELETE FROM cache_reset WHERE id IN (SELECT id FROM cache_reset
       WHERE at < $1 AND (undo_asked_at IS NULL OR undone_at IS NOT NULL) ORDER BY at LIMIT $2)`,
    Math.max(retention.messages, 2 * DAY_MILLISECONDS),
  ],
  [
    'posts to Slack',
    'DELETE FROM slack_post WHERE id IN (SELECT id FROM slack_post WHERE settled_at < $1 ORDER BY settled_at LIMIT $2)',
    7 * DAY_MILLISECONDS,
  ],
  [
    'heartbeats',
    // The last day of a silent detector is kept: its usual interval is computed from it.
    `DELETE FROM heartbeat WHERE ctid = ANY(ARRAY(
       SELECT h.ctid FROM heartbeat h LEFT JOIN detector d ON d.name = h.detector
       WHERE h.received_at < $1 AND (d.first_beat_at IS NULL OR h.received_at < d.first_beat_at)
       ORDER BY h.received_at LIMIT $2))`,
    retention.heartbeats,
  ],
  [
    'dead letters',
    'DELETE FROM dead_letter WHERE id IN (SELECT id FROM dead_letter WHERE created_at < $1 ORDER BY created_at LIMIT $2)',
    retention.messages,
  ],
  [
    'shadow differences',
    'DELETE FROM shadow_difference WHERE id IN (SELECT id FROM shadow_difference WHERE at < $1 ORDER BY at LIMIT $2)',
    retention.messages,
  ],
  [
    'pending retractions',
    'DELETE FROM pending_retraction WHERE (target, message_uuid) IN (SELECT target, message_uuid FROM pending_retraction WHERE expires_at < $1 LIMIT $2)',
    0,
  ],
  [
    'counts per minute',
    `DELETE FROM detector_minute WHERE (cache, detector, minute) IN (
       SELECT cache, detector, minute FROM detector_minute WHERE minute < extract(epoch FROM $1::timestamptz) / 60 LIMIT $2)`,
    // The dashboard and the measured false alarm figure use them. They are kept a day longer than these need.
    (Math.max(RATES_KEPT_DAYS, MEASURED_DAYS) + 1) * DAY_MILLISECONDS,
  ],
  [
    'counts of archived messages',
    `DELETE FROM archive_minute WHERE (kind, detector, minute) IN (
       SELECT kind, detector, minute FROM archive_minute WHERE minute < extract(epoch FROM $1::timestamptz) / 60 LIMIT $2)`,
    // A backlog is counted in the minutes of its receipt.
    3 * DAY_MILLISECONDS,
  ],
];
