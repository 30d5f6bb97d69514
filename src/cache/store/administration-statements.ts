import type { Statement } from './statement.js';

/** $1 cache, $2 detector, $3 now */
export const MUTE_DETECTOR: Statement = {
  name: 'mute-detector',
  text: `INSERT INTO muted_detector (cache, detector, since) VALUES ($1, $2, $3)`,
};

/** $1 cache, $2 detector, $3 now (unused) */
export const UNMUTE_DETECTOR: Statement = {
  name: 'unmute-detector',
  text: `DELETE FROM muted_detector WHERE cache = $1 AND detector = $2 AND since <= $3`,
};

/** Adds an entry to the audit log. $1 at, $2 actor, $3 action, $4 detail (JSON) */
export const ADD_AUDIT_LOG_ENTRY: Statement = {
  name: 'add-audit-log-entry',
  text: `INSERT INTO admin_act (at, actor, act, detail) VALUES ($1, $2, $3, $4)`,
};

/** Closes all sub-groups, before they are rebuilt. $1 cache, $2 now */
export const CLOSE_SUB_GROUPS: Statement = {
  name: 'close-sub-groups',
  text: `WITH forgotten AS (
      DELETE FROM sub_group WHERE cache = $1 AND closed_at IS NULL AND event_id IS NULL
    )
    UPDATE sub_group SET closed_at = $2 WHERE cache = $1 AND closed_at IS NULL AND event_id IS NOT NULL`,
};

/** $1 cache, $2 engine, $3 window (ns) */
export const SWITCH_CACHE: Statement = {
  name: 'switch-cache',
  text: `UPDATE cache SET engine = $2, window_ns = $3 WHERE name = $1`,
};
