import { addDuration, fromPosixMilliseconds, type Instant, seconds } from '../../src/domain/time.js';
import type { Caches } from './caches.js';

const SPACING_SECONDS = 100;
const DAY_MILLISECONDS = 86_400_000;

export interface Filling {
  readonly count: number;
  /** How long ago the last one's neutrino came. */
  readonly youngerMilliseconds?: number;
  /** True: each has expired by a command of its own, before the next one came. */
  readonly expired?: boolean;
}

/**
 * Fills the live cache, which nobody has used yet, by SQL: observations 100 s apart, so that each has a table of its own,
 * with the commands that they came by; as if they had been posted when their neutrinos came. Each expires after a day.
 * @returns the time of the n-th one's neutrino
 */
export async function fillSparsely(
  { query }: Pick<Caches, 'query'>,
  { count, youngerMilliseconds = 2 * DAY_MILLISECONDS, expired = false }: Filling,
): Promise<(index: number) => Instant> {
  const first = Math.floor(Date.now() / 1000) * 1000 - youngerMilliseconds - (count - 1) * SPACING_SECONDS * 1000;
  const start = fromPosixMilliseconds(first);
  // The first command is the one that the cache was founded with. An observation's expiry comes a day, so many
  // observations, later; here it follows at once.
  const commands = expired ? 2 : 1;
  const values = [count, first, start, SPACING_SECONDS, commands];
  const rows = `SELECT n, 2 + n::bigint * $5::bigint AS command, md5('filled' || n)::uuid AS uuid,
      (ARRAY['JUNO', 'DUNE', 'LVD', 'HALO', 'SNO+', 'XENONnT', 'LZ', 'KamLAND'])[1 + n % 8] AS detector,
      $3::bigint + n::bigint * $4 * 1000000000 AS ns,
      to_timestamp(($2::bigint + n::bigint * $4 * 1000) / 1000.0) AS at
    FROM generate_series(0, $1::int - 1) n`;
  await query(
    `WITH filled AS (${rows})
     INSERT INTO message (uuid, kind, cache, command, detector, received_at, fingerprint, source)
     SELECT uuid, 'CoincidenceTier', 'live', command, detector, at, '', 'filled' FROM filled`,
    values,
  );
  await query(
    `WITH filled AS (${rows})
     INSERT INTO observation (uuid, cache, command, id, detector_name, neutrino_time, neutrino_ns, received_ns, expires_ns,
       state, is_pre_sn)
     SELECT uuid, 'live', command, detector || '_CoincidenceTier', detector,
       to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"000Z"'), ns, ns, ns + 86400000000000, $6, false FROM filled`,
    [...values, expired ? 'expired' : 'active'],
  );
  if (expired) {
    await query(
      `WITH filled AS (${rows})
       INSERT INTO message (uuid, kind, cache, command, received_at, fingerprint, argument, source)
       SELECT md5('expiry' || n)::uuid, 'Expiry', 'live', command + 1, at, '',
         jsonb_build_object('now', (ns + 86400000000001)::text), 'server' FROM filled`,
      values,
    );
  } else {
    await query(
      `WITH filled AS (${rows})
       INSERT INTO sub_group (cache, number, anchor_command, anchor_ns, rows, deltas, created_at, updated_at)
       SELECT 'live', n, command, ns, ARRAY[command], ARRAY[0], at, at FROM filled`,
      values,
    );
  }
  await query(
    `UPDATE cache SET next_command = 2 + $1::bigint * $2, next_sub_group = $1, version = $1 WHERE name = 'live'`,
    [count, commands],
  );
  await query('ANALYZE');
  return (index) => addDuration(start, seconds(index * SPACING_SECONDS));
}
