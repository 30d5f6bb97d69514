import type { Statement } from './statement.js';

/**
 * The heartbeats of a detector are written one transaction after the other, over all replicas; locked in the order of
 * names, so that none waits for another that waits for it. Apart from the writing, which must see what the one before
 * wrote. $1 detectors
 */
export const LOCK_DETECTORS: Statement = {
  name: 'lock-detectors',
  text: `SELECT FROM detector WHERE name = ANY($1::text[]) ORDER BY name FOR NO KEY UPDATE`,
};

/**
 * Writes heartbeats, in whatever order they were received, and keeps each one's interval since the one before and what
 * a detector's last 24 h sum up to. The sums follow from the rows at the edges alone: those around what is new (the
 * stretch from the heartbeat before it, exclusive, to the one after it) and those that a new last one leaves more than
 * 24 h behind. The sum of squares is that of the intervals that end after `first_beat_at`. $1 heartbeats (JSON)
 */
export const WRITE_HEARTBEATS: Statement = {
  name: 'write-heartbeats',
  text: `WITH new AS (
      SELECT * FROM json_to_recordset($1::json) AS b(uuid uuid, detector text, received_at timestamptz, status text,
        observed boolean, sent_ns bigint, machine_ns bigint, latency_s float8, place int)
    ), heard AS (
      SELECT n.*, d.first_beat_at AS old_first, d.last_beat_at AS old_last, d.beats, d.beat_squares,
        greatest(d.last_beat_at, n.to_at) AS last, greatest(d.last_beat_at, n.to_at) - interval '24 hours' AS day_ago,
        (SELECT received_at FROM heartbeat h WHERE h.detector = n.detector AND h.received_at < n.from_at
          ORDER BY h.received_at DESC LIMIT 1) AS before_at,
        (SELECT received_at FROM heartbeat h WHERE h.detector = n.detector AND h.received_at > n.to_at
          ORDER BY h.received_at LIMIT 1) AS after_at
      FROM (SELECT detector, min(received_at) AS from_at, max(received_at) AS to_at FROM new GROUP BY detector) AS n
      JOIN detector d ON d.name = n.detector
    ), stretch AS (
      SELECT r.detector, r.received_at, r.uuid, r.was, r.stored, r.row, h.before_at
      FROM heard h, LATERAL (
        SELECT detector, received_at, uuid, NULL::bigint AS was, false AS stored, NULL::tid AS row FROM new WHERE detector = h.detector
        UNION ALL
        (SELECT detector, received_at, uuid, interval_ms, true, ctid FROM heartbeat
          WHERE detector = h.detector AND received_at > coalesce(h.before_at, '-infinity')
            AND received_at <= coalesce(h.after_at, h.to_at)
          ORDER BY received_at OFFSET 0)) AS r
    ), spaced AS (
      SELECT *, (extract(epoch FROM received_at - lag(received_at, 1, before_at)
        OVER (PARTITION BY detector ORDER BY received_at, uuid)) * 1000)::bigint AS interval_ms
      FROM stretch
    ), written AS (
      INSERT INTO heartbeat (detector, uuid, received_at, status, observed, sent_ns, machine_ns, latency_s, interval_ms)
      SELECT n.detector, n.uuid, n.received_at, n.status, n.observed, n.sent_ns, n.machine_ns, n.latency_s, s.interval_ms
      FROM new n JOIN spaced s USING (detector, received_at, uuid)
    ), corrected AS (
      UPDATE heartbeat SET interval_ms = (SELECT s.interval_ms FROM spaced s WHERE s.row = heartbeat.ctid)
      WHERE ctid = ANY(ARRAY(SELECT row FROM spaced WHERE stored AND interval_ms IS DISTINCT FROM was))
    ), first AS MATERIALIZED (
      SELECT heard.*, least(
        (SELECT received_at FROM heartbeat b
          WHERE b.detector = heard.detector AND b.received_at >= greatest(heard.day_ago, heard.old_first)
          ORDER BY b.received_at LIMIT 1),
        (SELECT min(received_at) FROM new n WHERE n.detector = heard.detector AND n.received_at >= heard.day_ago)) AS first
      FROM heard
    ), summed AS (
      SELECT f.*, near.entering, coalesce(near.squares, 0) AS near_squares, gone.leaving, coalesce(gone.squares, 0) AS gone_squares
      FROM first f, LATERAL (
        SELECT count(*) FILTER (WHERE NOT stored AND received_at >= f.first) AS entering,
          coalesce(sum(interval_ms * interval_ms) FILTER (WHERE received_at > f.first), 0)
          - coalesce(sum(was * was) FILTER (WHERE stored AND received_at > f.old_first), 0) AS squares
        FROM spaced WHERE detector = f.detector) AS near,
      LATERAL (
        SELECT count(*) FILTER (WHERE received_at < f.first) AS leaving,
          sum(interval_ms * interval_ms) FILTER (WHERE received_at > f.old_first
            AND (received_at <= f.before_at OR received_at > f.after_at)) AS squares
        FROM (SELECT received_at, interval_ms FROM heartbeat
          WHERE detector = f.detector AND received_at BETWEEN f.old_first AND f.first
          ORDER BY received_at OFFSET 0) AS old) AS gone
    )
    UPDATE detector SET first_beat_at = s.first, last_beat_at = s.last, beats = s.beats + s.entering - s.leaving,
      beat_squares = s.beat_squares + s.near_squares - s.gone_squares,
      last_beat = coalesce(latest.uuid, last_beat), beat_status = coalesce(latest.status, beat_status)
    FROM summed s LEFT JOIN LATERAL (
      SELECT uuid, status FROM new WHERE detector = s.detector AND received_at = s.last ORDER BY place DESC LIMIT 1
    ) AS latest ON true
    WHERE detector.name = s.detector`,
};
