import type { Statement } from './statement.js';

/** $1 uuid of the retraction, $2 of the observation, $3 detector */
export const PENDING_CONTEXT: Statement = {
  name: 'pending-context',
  text: `SELECT (SELECT fingerprint FROM message WHERE uuid = $1) AS fingerprint,
    EXISTS (SELECT FROM observation WHERE uuid = $2) AS seen,
    EXISTS (SELECT FROM detector WHERE name = $3) AS registered,
    coalesce((SELECT retractions FROM detector_minute WHERE cache = $4 AND detector = $3 AND minute = $5), 0) AS retractions`,
};

/** Stores a retraction whose observation has not been received. It has no command number, since no sub-group changes. */
export const KEEP_PENDING: Statement = {
  name: 'keep-pending',
  text: `WITH message AS (
      INSERT INTO message (uuid, kind, cache, detector, received_at, fingerprint, argument, source, body)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ), counted AS (
      INSERT INTO detector_minute (cache, detector, minute, observations, retractions) VALUES ($3, $4, $12, 0, 1)
      ON CONFLICT (cache, detector, minute) DO UPDATE SET retractions = detector_minute.retractions + 1
    )
    INSERT INTO pending_retraction (target, message_uuid, detector, expires_at) VALUES ($10, $1, $4, $11)`,
};
