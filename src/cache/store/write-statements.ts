import type { Statement } from './statement.js';

/**
 * Updates the last receipt of detectors, at most once a minute. A detector that another transaction has locked is left
 * out: that transaction updates it too, and waiting for it here could be a deadlock.
 */
const STALE = (heard: string, now: string) => `SELECT name FROM detector WHERE name = ANY(${heard}::text[])
        AND (last_message_at IS NULL OR last_message_at < ${now}::timestamptz - interval '1 minute')
        FOR NO KEY UPDATE SKIP LOCKED`;

/** Rows of messages out of columns ($1 to $10, see message-rows.ts). */
const MESSAGE_ROWS = `INSERT INTO message (uuid, kind, cache, command, detector, received_at, fingerprint, argument, source, body)
      SELECT m.uuid, m.kind, m.cache, m.command, m.detector, m.received_at, m.fingerprint, m.argument::jsonb, m.source, m.body::json
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::timestamptz[], $7::text[], $8::text[],
        $9::text[], $10::text[])
        AS m(uuid, kind, cache, command, detector, received_at, fingerprint, argument, source, body)`;

/** $1 to $10 columns of messages */
export const WRITE_MESSAGES: Statement = { name: 'write-messages', text: MESSAGE_ROWS };

/** $1 cache, $2 to $17 columns of observations (see message-rows.ts) */
export const WRITE_OBSERVATIONS: Statement = {
  name: 'write-observations',
  text: `INSERT INTO observation (uuid, cache, command, id, detector_name, neutrino_time, neutrino_ns, received_ns,
      expires_ns, state, p_val, is_pre_sn, machine_time, sent_time, schema_version, meta, retracted_by)
    SELECT o.uuid, $1, o.command, o.id, o.detector_name, o.neutrino_time, o.neutrino_ns, o.received_ns, o.expires_ns,
      o.state, o.p_val, o.is_pre_sn, o.machine_time, o.sent_time, o.schema_version, o.meta::json, o.retracted_by
    FROM unnest($2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[],
      $10::text[], $11::float8[], $12::boolean[], $13::text[], $14::text[], $15::text[], $16::text[], $17::uuid[])
      AS o(uuid, command, id, detector_name, neutrino_time, neutrino_ns, received_ns, expires_ns, state, p_val,
        is_pre_sn, machine_time, sent_time, schema_version, meta, retracted_by)`,
};

/**
 * Changes the states of observations that are stored. $1 changes (JSON), each with its cache: with the cache as a
 * parameter, the planner would choose another index for an empty table.
 */
export const WRITE_STATES: Statement = {
  name: 'write-states',
  text: `UPDATE observation SET state = c.state, retracted_by = coalesce(c.retracted_by, observation.retracted_by)
    FROM json_to_recordset($1::json) AS c(cache text, command bigint, state text, retracted_by uuid)
    WHERE observation.cache = c.cache AND observation.command = c.command`,
};

/** Closes sub-groups. Those without an event are deleted. $1 their keys, $2 now */
export const WRITE_CLOSED_SUB_GROUPS: Statement = {
  name: 'write-closed-sub-groups',
  text: `WITH forgotten AS (
      DELETE FROM sub_group WHERE key = ANY($1::bigint[]) AND event_id IS NULL
    )
    UPDATE sub_group SET closed_at = $2 WHERE key = ANY($1::bigint[]) AND event_id IS NOT NULL`,
};

/** $1 cache, $2 now, $3 to $10 columns of sub-groups (see sub-group-columns.ts) */
export const WRITE_OPENED_SUB_GROUPS: Statement = {
  name: 'write-opened-sub-groups',
  text: `INSERT INTO sub_group (cache, number, anchor_command, anchor_ns, rows, deltas, coincides, event_id, pre_sn,
      false_alarm, created_at, updated_at)
    SELECT $1, n.number, n.anchor_command, n.anchor_ns, n.rows::bigint[], n.deltas::bigint[],
      cardinality(n.rows::bigint[]) >= 2, n.event_id, n.pre_sn, n.false_alarm::jsonb, $2, $2
    FROM unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::boolean[], $10::text[])
      AS n(number, anchor_command, anchor_ns, rows, deltas, event_id, pre_sn, false_alarm)`,
};

/** $1 their keys, $2 now, $3 to $10 columns of sub-groups as they are now */
export const WRITE_CHANGED_SUB_GROUPS: Statement = {
  name: 'write-changed-sub-groups',
  text: `UPDATE sub_group SET anchor_command = c.anchor_command, anchor_ns = c.anchor_ns, rows = c.rows::bigint[],
      deltas = c.deltas::bigint[], coincides = cardinality(c.rows::bigint[]) >= 2, event_id = c.event_id,
      pre_sn = c.pre_sn, false_alarm = c.false_alarm::jsonb, updated_at = $2
    FROM unnest($1::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::boolean[],
      $10::text[]) AS c(key, number, anchor_command, anchor_ns, rows, deltas, event_id, pre_sn, false_alarm)
    WHERE sub_group.key = c.key`,
};

/**
 * Writes alerts to the outbox, and the events that they belong to. $1 events (JSON), $2 cache, $3 server tag, $4 to $21 columns of
 * alerts (see alert-columns.ts)
 */
export const WRITE_ALERTS: Statement = {
  name: 'write-alerts',
  text: `WITH events AS (
      INSERT INTO event (id, cache, day, ordinal, state, pre_sn, created_at, updated_at)
      SELECT * FROM json_to_recordset($1::json) AS e(id text, cache text, day text, ordinal int, state text,
        pre_sn boolean, created_at timestamptz, updated_at timestamptz)
    )
    INSERT INTO alert (id, cache, sequence, message_uuid, command, alert_type, sub_group, event_id, pre_sn, observations,
      detector_names, neutrino_times, p_values, p_values_average, false_alarm, server_tag, sent_ns,
      first_ns, last_ns, payload)
    SELECT a.id, $2, a.sequence, a.message_uuid, a.command, a.alert_type, a.sub_group, a.event_id, a.pre_sn,
      a.observations::uuid[], a.detector_names::text[], a.neutrino_times::text[], a.p_values::jsonb, a.p_values_average,
      a.false_alarm::jsonb, $3, a.sent_ns, a.first_ns, a.last_ns, a.payload::json
    FROM unnest($4::uuid[], $5::bigint[], $6::uuid[], $7::bigint[], $8::text[], $9::bigint[], $10::text[], $11::boolean[],
      $12::text[], $13::text[], $14::text[], $15::text[], $16::float8[], $17::text[], $18::bigint[], $19::bigint[],
      $20::bigint[], $21::text[])
      AS a(id, sequence, message_uuid, command, alert_type, sub_group, event_id, pre_sn, observations, detector_names,
        neutrino_times, p_values, p_values_average, false_alarm, sent_ns, first_ns, last_ns, payload)`,
};

/**
 * An event is open while one of its sub-groups is open with two rows or more. Otherwise it gets the state of the command
 * that closed the last one. Runs after the sub-groups are written. $1 event ids, $2 their states if none is open, $3 now
 */
export const WRITE_EVENT_STATES: Statement = {
  name: 'write-event-states',
  text: `UPDATE event SET
      state = CASE WHEN standing.any THEN 'open' WHEN event.state = 'open' THEN fate.state ELSE event.state END,
      pre_sn = event.pre_sn OR standing.pre_sn,
      updated_at = $3
    FROM unnest($1::text[], $2::text[]) AS fate(id, state),
      LATERAL (SELECT
        EXISTS (SELECT FROM sub_group s WHERE s.event_id = fate.id AND s.closed_at IS NULL AND s.coincides
          ORDER BY s.anchor_ns OFFSET 0) AS any,
        EXISTS (SELECT FROM sub_group s WHERE s.event_id = fate.id AND s.closed_at IS NULL AND s.pre_sn
          ORDER BY s.anchor_ns OFFSET 0) AS pre_sn) AS standing
    WHERE event.id = fate.id`,
};

/**
 * Writes the cache's counters, the detectors' counts and last receipts, and notifies the outputs of new alerts.
 * $1 cache, $2 version, $3 changed at, $4 next command, $5 next sub-group, $6 next sequence, $7 last sent (ns),
 * $8 engine state, $9 accepted observations, and retractions, per detector and minute (JSON), $10 detectors heard, $11 now,
 * $12 notification: the cache if there are new alerts, else null
 */
export const WRITE_CACHE: Statement = {
  name: 'write-cache',
  text: `WITH counts AS (
      INSERT INTO detector_minute (cache, detector, minute, observations, retractions)
      SELECT $1, detector, minute, observations, retractions
      FROM json_to_recordset($9::json) AS n(detector text, minute int, observations int, retractions int)
      ORDER BY detector, minute
      ON CONFLICT (cache, detector, minute)
        DO UPDATE SET observations = detector_minute.observations + excluded.observations,
          retractions = detector_minute.retractions + excluded.retractions
    ), heard AS (
      UPDATE detector SET last_message_at = $11 WHERE name IN (${STALE('$10', '$11')})
    ), woken AS (
      SELECT pg_notify('snews_alert', $12::text) WHERE $12::text IS NOT NULL
    )
    UPDATE cache SET version = $2, changed_at = $3, next_command = $4, next_sub_group = $5, next_sequence = $6,
      last_sent_ns = $7, engine_state = $8::jsonb
    FROM (SELECT count(*) FROM woken) AS done
    WHERE name = $1`,
};

/** $1 messages (JSON), $2 detectors heard, $3 now */
export const WRITE_ARCHIVE: Statement = {
  name: 'write-archive',
  text: `WITH messages AS (
      ${MESSAGE_ROWS}
    ), counted AS (
      INSERT INTO archive_minute (kind, detector, minute, messages)
      SELECT kind, detector, minute, count(*) FROM json_to_recordset($13::json) AS n(kind text, detector text, minute int)
      GROUP BY kind, detector, minute ORDER BY kind, detector, minute
      ON CONFLICT (kind, detector, minute) DO UPDATE SET messages = archive_minute.messages + excluded.messages
    )
    UPDATE detector SET last_message_at = $12 WHERE name IN (${STALE('$11', '$12')})`,
};

/** Writes an empty message to the log: without a write, a commit does not wait for the synchronous standby. */
export const CONFIRM: Statement = {
  name: 'confirm',
  text: `SELECT pg_logical_emit_message(true, 'snews', '')`,
};
