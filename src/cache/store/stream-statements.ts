import type { Statement } from './statement.js';

/** The positions behind the last records that took effect. $1 clusters, $2 topics, $3 partitions */
export const LOCK_POSITIONS: Statement = {
  name: 'lock-positions',
  text: `SELECT p.cluster, p.topic, p.partition, p.position
    FROM unnest($1::text[], $2::text[], $3::int[]) AS asked(cluster, topic, partition)
    JOIN stream_position p USING (cluster, topic, partition)
    ORDER BY p.cluster, p.topic, p.partition FOR UPDATE OF p`,
};

/**
 * A record that is a dead letter already is not stored again, even if an earlier release stored it without its identity.
 * $1 positions, $2 dead letters (JSON), $3 now
 */
export const WRITE_POSITIONS: Statement = {
  name: 'write-positions',
  text: `WITH written AS (
      INSERT INTO dead_letter (cluster, topic, partition, position, received_at, headers, value, reason, detail, created_at,
        record_uuid)
      SELECT cluster, topic, partition, position, received_at, headers, decode(value, 'base64'), reason, detail, $3,
        record_uuid
      FROM json_to_recordset($2::json) AS l(cluster text, topic text, partition int, position bigint,
        received_at timestamptz, headers jsonb, value text, reason text, detail text, record_uuid uuid)
      WHERE NOT EXISTS (SELECT FROM dead_letter d WHERE d.record_uuid IS NULL AND d.received_at = l.received_at
        AND (d.cluster, d.topic, d.partition, d.position) = (l.cluster, l.topic, l.partition, l.position))
      ORDER BY cluster, topic, partition, position
      ON CONFLICT (record_uuid, sha256(coalesce(value, ''))) WHERE record_uuid IS NOT NULL DO NOTHING
    )
    UPDATE stream_position SET position = p.position, changed_at = $3,
      record_offset = coalesce(p.record_offset, stream_position.record_offset),
      record_digest = coalesce(p.record_digest, stream_position.record_digest)
    FROM json_to_recordset($1::json) AS p(cluster text, topic text, partition int, position bigint,
      record_offset bigint, record_digest text)
    WHERE (stream_position.cluster, stream_position.topic, stream_position.partition) = (p.cluster, p.topic, p.partition)`,
};

/** The tables that a record may write, locked so that the statement waits as those writes would. */
export const LOCK_WRITTEN_TABLES: Statement = {
  name: 'lock-written-tables',
  text: `LOCK TABLE message, observation, sub_group, event, alert, detector, detector_minute, heartbeat, pending_retraction,
    admin_act, dead_letter IN ROW EXCLUSIVE MODE`,
};
