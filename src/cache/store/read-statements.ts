import type { Statement } from './statement.js';

/** The cache's row is the lock that makes its commands serial, over all replicas. $1 cache */
export const LOCK_CACHE: Statement = {
  name: 'lock-cache',
  text: `SELECT name, engine, window_ns, version, changed_at, next_command, next_sub_group, next_sequence, last_sent_ns,
      engine_state, reset_count, reset_command
    FROM cache WHERE name = $1 FOR UPDATE`,
};

/** A retraction of an observation that nobody has seen: no cache may see it come in meanwhile. */
export const LOCK_ALL_CACHES: Statement = {
  name: 'lock-all-caches',
  text: `SELECT name FROM cache ORDER BY name FOR UPDATE`,
};

/**
 * What tells which detectors are on: the sums of those whose last heartbeat said ON and is younger than that.
 * @param since a placeholder
 */
const PULSES_OF_ON = (since: string) => `SELECT coalesce(json_agg(json_build_object('detector', name,
        'last_ms', extract(epoch FROM last_beat_at) * 1000, 'first_ms', extract(epoch FROM first_beat_at) * 1000,
        'heartbeats', beats, 'squares', beat_squares)), '[]')
      FROM detector WHERE beat_status = 'ON' AND last_beat_at >= ${since}::timestamptz`;

/** $1 a day ago */
export const PULSES: Statement = {
  name: 'pulses',
  text: `SELECT (${PULSES_OF_ON('$1')}) AS pulses`,
};

/**
 * What is known about a batch before it is gone through. $1 cache, $2 uuids of its messages, $3 uuids of the
 * observations it retracts, $4 its detectors, $5 its minutes of receipt, $6 now (ns), $7 a day ago: who is silent
 * since is not on.
 */
export const CONTEXT: Statement = {
  name: 'context',
  text: `SELECT
    coalesce((SELECT expires_ns FROM observation WHERE cache = $1 AND state IN ('active', 'muted')
      ORDER BY expires_ns LIMIT 1) < $6::bigint, false) AS due,
    (SELECT coalesce(json_agg(json_build_object('uuid', uuid, 'fingerprint', fingerprint, 'argument', argument,
        'received_at', extract(epoch FROM received_at) * 1000)), '[]')
      FROM message WHERE uuid = ANY($2::uuid[])) AS known,
    (SELECT coalesce(json_agg(json_build_object(
        'uuid', uuid, 'command', command, 'detector', detector_name, 'neutrino_ns', neutrino_ns::text, 'state', state)), '[]')
      FROM (SELECT uuid, cache, command, detector_name, neutrino_ns, state FROM observation
        WHERE uuid = ANY($3::uuid[]) OFFSET 0) AS named WHERE cache = $1) AS targets,
    (SELECT coalesce(json_agg(json_build_object('target', target, 'by', message_uuid, 'detector', detector,
        'expires_at', extract(epoch FROM expires_at) * 1000)), '[]')
      FROM pending_retraction WHERE target = ANY($2::uuid[])) AS pending,
    (SELECT coalesce(json_agg(detector), '[]') FROM muted_detector WHERE cache = $1) AS muted,
    (SELECT coalesce(json_agg(name), '[]') FROM detector WHERE name = ANY($4::text[])) AS detectors,
    CASE WHEN $1 = 'test' THEN '[]' ELSE (${PULSES_OF_ON('$7')}) END AS pulses,
    (SELECT coalesce(json_agg(json_build_object('detector', detector, 'minute', minute, 'observations', observations,
        'retractions', retractions)), '[]')
      FROM detector_minute WHERE cache = $1 AND detector = ANY($4::text[]) AND minute = ANY($5::int[])) AS minutes`,
};

/**
 * Active observations in stretches of time, as columns in one row: there may be thousands.
 * $1 cache, $2 from, $3 to (ns, inclusive, disjoint)
 */
export const OBSERVATIONS_NEAR: Statement = {
  name: 'observations-near',
  text: `SELECT coalesce(array_agg(o.command), '{}')::text AS commands, coalesce(json_agg(o.detector_name), '[]') AS detectors,
      coalesce(array_agg(o.neutrino_ns), '{}') AS times
    FROM unnest($2::bigint[], $3::bigint[]) AS near(low, high),
    LATERAL (SELECT command, detector_name, neutrino_ns FROM observation
      WHERE cache = $1 AND state = 'active' AND neutrino_ns BETWEEN near.low AND near.high
      ORDER BY neutrino_ns OFFSET 0) AS o`,
};

/** What it takes to go on from them: a figure or a state that changes is made anew. */
const SUB_GROUP_COLUMNS = `s.key, s.number, s.anchor_command, s.rows::text, s.event_id, s.created_at::text`;

/** Open sub-groups anchored in stretches of time. $1 cache, $2 from, $3 to (ns, inclusive, disjoint) */
export const SUB_GROUPS_NEAR: Statement = {
  name: 'sub-groups-near',
  text: `SELECT ${SUB_GROUP_COLUMNS}
    FROM unnest($2::bigint[], $3::bigint[]) AS near(low, high),
    LATERAL (SELECT key, number, anchor_command, rows, event_id, created_at FROM sub_group
      WHERE cache = $1 AND closed_at IS NULL AND anchor_ns BETWEEN near.low AND near.high
      ORDER BY anchor_ns OFFSET 0) AS s`,
};

/** All open sub-groups: for the engine that needs the whole cache. $1 cache */
export const SUB_GROUPS_OPEN: Statement = {
  name: 'sub-groups-open',
  text: `SELECT ${SUB_GROUP_COLUMNS} FROM sub_group s WHERE s.cache = $1 AND s.closed_at IS NULL`,
};

/** What an engine needs of observations known by their command. $1 cache, $2 commands */
export const OBSERVATIONS_BY_COMMAND: Statement = {
  name: 'observations-by-command',
  text: `SELECT command, detector_name, neutrino_ns FROM observation WHERE cache = $1 AND command = ANY($2::bigint[])`,
};

/** What tables and alerts show of their rows. $1 cache, $2 commands */
export const ROW_DETAILS: Statement = {
  name: 'row-details',
  text: `SELECT command, uuid, id, detector_name, neutrino_time, received_ns, p_val, is_pre_sn, machine_time, meta
    FROM observation WHERE cache = $1 AND command = ANY($2::bigint[])`,
};

/**
 * A detector's standing observations that aren't due to expire, the most recently received first.
 * $1 cache, $2 detector, $3 at most, $4 now (ns); null: whatever is due
 */
export const STANDING_OF_DETECTOR: Statement = {
  name: 'standing-of-detector',
  text: `SELECT command, uuid, detector_name, neutrino_ns, state FROM observation
    WHERE cache = $1 AND detector_name = $2 AND state IN ('active', 'muted') AND ($4::bigint IS NULL OR expires_ns >= $4)
    ORDER BY command DESC LIMIT $3`,
};

/** True if anything is due to expire. $1 cache, $2 now (ns) */
export const IS_ANY_DUE: Statement = {
  name: 'is-any-due',
  text: `SELECT c.engine <> 'reference' AND coalesce((SELECT expires_ns FROM observation
      WHERE cache = $1 AND state IN ('active', 'muted') ORDER BY expires_ns LIMIT 1) < $2::bigint, false) AS due
    FROM cache c WHERE c.name = $1`,
};

/** What is due to expire, the first first. $1 cache, $2 now (ns), $3 at most */
export const DUE_TO_EXPIRE: Statement = {
  name: 'due-to-expire',
  text: `SELECT command, uuid, detector_name, neutrino_ns, state FROM observation
    WHERE cache = $1 AND state IN ('active', 'muted') AND expires_ns < $2::bigint ORDER BY expires_ns LIMIT $3`,
};

/** What is due to expire of the active ones in stretches of time. $1 cache, $2 from, $3 to (ns, inclusive, disjoint), $4 now (ns) */
export const DUE_NEAR: Statement = {
  name: 'due-near',
  text: `SELECT o.command, o.uuid, o.detector_name, o.neutrino_ns, o.state
    FROM unnest($2::bigint[], $3::bigint[]) AS near(low, high),
    LATERAL (SELECT command, uuid, detector_name, neutrino_ns, state, expires_ns FROM observation
      WHERE cache = $1 AND state = 'active' AND neutrino_ns BETWEEN near.low AND near.high
      ORDER BY neutrino_ns OFFSET 0) AS o
    WHERE o.expires_ns < $4::bigint`,
};

/** The last ordinal of each of these days. $1 cache, $2 days */
export const EVENTS_OF_DAYS: Statement = {
  name: 'events-of-days',
  text: `SELECT asked.day, last.ordinal AS last FROM unnest($2::text[]) AS asked(day),
    LATERAL (SELECT ordinal FROM event WHERE cache = $1 AND day = asked.day ORDER BY ordinal DESC LIMIT 1) AS last`,
};

/**
 * The same of the rows of sub-groups that are anchored in stretches of time, before it is known which will change.
 * $1 cache, $2 from, $3 to (ns, inclusive, disjoint)
 */
export const ROW_DETAILS_NEAR: Statement = {
  name: 'row-details-near',
  text: `SELECT o.command, o.uuid, o.id, o.detector_name, o.neutrino_time, o.received_ns, o.p_val, o.is_pre_sn, o.machine_time, o.meta
    FROM (SELECT DISTINCT row.command FROM unnest($2::bigint[], $3::bigint[]) AS near(low, high),
      LATERAL (SELECT s.rows FROM sub_group s
        WHERE s.cache = $1 AND s.closed_at IS NULL AND s.anchor_ns BETWEEN near.low AND near.high
        ORDER BY s.anchor_ns OFFSET 0) AS found,
      unnest(found.rows) AS row(command)) AS rows,
    LATERAL (SELECT command, uuid, id, detector_name, neutrino_time, received_ns, p_val, is_pre_sn, machine_time, meta
      FROM observation WHERE cache = $1 AND command = rows.command OFFSET 0) AS o`,
};

/** $1 uuids, $2 detectors, $3 minutes of receipt */
export const ARCHIVE_CONTEXT: Statement = {
  name: 'archive-context',
  text: `SELECT
    (SELECT coalesce(json_agg(json_build_object('uuid', uuid, 'fingerprint', fingerprint,
        'received_at', extract(epoch FROM received_at) * 1000)), '[]')
      FROM message WHERE uuid = ANY($1::uuid[])) AS known,
    (SELECT coalesce(json_agg(name), '[]') FROM detector WHERE name = ANY($2::text[])) AS detectors,
    (SELECT coalesce(json_agg(json_build_object('kind', kind, 'detector', detector, 'minute', minute, 'count', messages)), '[]')
      FROM archive_minute WHERE detector = ANY($2::text[]) AND minute = ANY($3::int[])) AS minutes`,
};
