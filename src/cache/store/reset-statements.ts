import type { Statement } from './statement.js';

/**
 * Forgets a cache: observations keep their rows and uuids, sub-groups close, events that stood are closed.
 * What is needed to undo it is recorded with it; an undo of an earlier reset that is under way ends here.
 * $1 cache, $2 command, $3 now, $4 uuid of its message, $5 actor, $6 reason
 */
export const RESET_CACHE: Statement = {
  name: 'reset-cache',
  query_timeout: 600_000,
  text: `WITH dropped AS (
      UPDATE observation SET state = 'reset', reset_by = $2 WHERE cache = $1 AND state IN ('active', 'muted')
      RETURNING command
    ), forgotten AS (
      DELETE FROM sub_group WHERE cache = $1 AND closed_at IS NULL AND event_id IS NULL
    ), closed AS (
      UPDATE sub_group SET closed_at = $3 WHERE cache = $1 AND closed_at IS NULL AND event_id IS NOT NULL
    ), events AS (
      UPDATE event SET state = 'closed', updated_at = $3 WHERE cache = $1 AND state = 'open'
    ), counters AS (
      UPDATE cache SET reset_count = reset_count + 1, reset_command = $2, reset_at = $3 WHERE name = $1
    ), ended AS (
      UPDATE cache_reset SET undo_asked_at = NULL, undo_actor = NULL
      WHERE cache = $1 AND undo_asked_at IS NOT NULL AND undone_at IS NULL
    )
    INSERT INTO cache_reset (id, cache, command, at, actor, reason, dropped, undo_from)
    SELECT $4::uuid, $1::text, $2::bigint, $3::timestamptz, $5::text, $6::text, count(*), coalesce(min(command), $2) FROM dropped
    -- One whose message was forgotten since may come again under its uuid.
    ON CONFLICT (id) DO UPDATE SET command = excluded.command, at = excluded.at, actor = excluded.actor,
      reason = excluded.reason, dropped = excluded.dropped, undo_from = excluded.undo_from, undo_asked_at = NULL,
      undo_actor = NULL, undone_at = NULL, restored = 0, undo_alerts = 0
    RETURNING dropped`,
};

const RESET_COLUMNS = `id, cache, command, at, actor, reason, dropped, undo_from AS "undoFrom",
    undo_asked_at AS "undoAskedAt", undo_actor AS "undoActor", undone_at AS "undoneAt", restored, undo_alerts AS "undoAlerts"`;

/** $1 its id, $2 cache */
export const RESET_BY_ID: Statement = {
  name: 'reset-by-id',
  text: `SELECT ${RESET_COLUMNS} FROM cache_reset WHERE id = $1 AND cache = $2`,
};

/**
 * What a reset dropped and an undo may bring back, in order of reception: no retraction has come for it, and it
 * has not expired. Walks the unique index from where the last portion ended.
 * $1 cache, $2 the reset's command, $3 the first command to look at, $4 now (ns; null: nothing expires), $5 at most
 */
export const DROPPED_BY_RESET: Statement = {
  name: 'dropped-by-reset',
  text: `SELECT command, uuid, detector_name, neutrino_ns, 'active' AS state FROM observation
    WHERE cache = $1 AND command >= $3 AND command < $2 AND state = 'reset' AND reset_by = $2
      AND retracted_by IS NULL AND ($4::bigint IS NULL OR expires_ns >= $4)
    ORDER BY command LIMIT $5`,
};

/** $1 the reset's id, $2 now, $3 actor, $4 the next command to look at, $5 observations that came back, $6 alerts, $7 whether that was all */
export const ADVANCE_UNDO: Statement = {
  name: 'advance-undo',
  text: `UPDATE cache_reset SET undo_asked_at = coalesce(undo_asked_at, $2), undo_actor = coalesce(undo_actor, $3),
      undo_from = $4, restored = restored + $5, undo_alerts = undo_alerts + $6,
      undone_at = CASE WHEN $7 THEN $2::timestamptz END
    WHERE id = $1
    RETURNING ${RESET_COLUMNS}`,
};

/**
 * Who is to be told of a reset of the live cache, written down in its own transaction; and the wake-up of who tells,
 * whose clock may be behind: it is due at once there too.
 * $1 the reset's id, $2 facts (JSON), $3 now, $4 e-mail addresses, $5 whether Slack is told
 */
export const TELL_OF_RESET: Statement = {
  name: 'tell-of-reset',
  text: `WITH mails AS (
      INSERT INTO mail (id, kind, cause, email, facts, created_at, next_try_at)
      SELECT gen_random_uuid(), 'reset', $1::uuid, email, $2::jsonb, $3::timestamptz, $3::timestamptz - interval '1 minute' FROM unnest($4::text[]) AS to_be_told(email)
      ON CONFLICT DO NOTHING
    ), posts AS (
      INSERT INTO slack_post (id, kind, cause, facts, created_at, next_try_at)
      SELECT gen_random_uuid(), 'reset', $1::uuid, $2::jsonb, $3::timestamptz, $3::timestamptz - interval '1 minute' WHERE $5::boolean
      ON CONFLICT DO NOTHING
    )
    SELECT pg_notify('snews_mail', '')`,
};

/** A cache of a million observations takes its time to forget them: for the rest of this transaction. */
export const BE_PATIENT: Statement = {
  name: 'be-patient',
  text: `SELECT set_config('statement_timeout', '600s', true)`,
};
