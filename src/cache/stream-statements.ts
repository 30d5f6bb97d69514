import type { Statement } from './statements.js';

/** How far partitions have taken effect. $1 clusters, $2 topics, $3 partitions */
export const LOCK_POSITIONS: Statement = {
  name: 'lock-positions',
  text: `SELECT p.cluster, p.topic, p.partition, p.position
    FROM unnest($1::text[], $2::text[], $3::int[]) AS asked(cluster, topic, partition)
    JOIN stream_position p USING (cluster, topic, partition)
    ORDER BY p.cluster, p.topic, p.partition FOR UPDATE OF p`,
};

/** $1 positions, $2 dead letters (JSON), $3 now */
export const WRITE_POSITIONS: Statement = {
  name: 'write-positions',
  text: `WITH buried AS (
      INSERT INTO dead_letter (cluster, topic, partition, position, received_at, headers, value, reason, detail, created_at)
      SELECT cluster, topic, partition, position, received_at, headers, decode(value, 'base64'), reason, detail, $3
      FROM json_to_recordset($2::json) AS l(cluster text, topic text, partition int, position bigint,
        received_at timestamptz, headers jsonb, value text, reason text, detail text)
    )
    UPDATE stream_position SET position = p.position, changed_at = $3
    FROM json_to_recordset($1::json) AS p(cluster text, topic text, partition int, position bigint)
    WHERE (stream_position.cluster, stream_position.topic, stream_position.partition) = (p.cluster, p.topic, p.partition)`,
};
