import type pg from 'pg';
import { KEPT_COMMANDS, type Recorded } from '../cache/history/history.js';
import type { CacheName } from '../domain/cache-name.js';
import type { EngineName } from '../domain/coincidence/engine.js';
import type { ShadowAlertView, ShadowDifferenceKind } from '../domain/views.js';
import { dateOf } from '../reads/times.js';

/** How far the comparison of a cache has come. */
export interface Position {
  /** The last command that was compared. */
  readonly command: bigint;
  /** The engine's state after `checkpointCommand`; null: an empty cache. */
  readonly checkpoint: unknown;
  readonly checkpointCommand: bigint;
}

/** The result of one command. */
export interface Compared {
  readonly recorded: Recorded;
  /** Undefined: no difference. */
  readonly kind: ShadowDifferenceKind | undefined;
  readonly fault: string | null;
  readonly mainAlerts: number;
  readonly shadowAlerts: number;
  readonly equal: number;
  /** Alerts without an equal on the other side. */
  readonly mainLeft: readonly ShadowAlertView[];
  readonly shadowLeft: readonly ShadowAlertView[];
}

export interface ShadowProgress {
  readonly cache: CacheName;
  readonly engine: EngineName;
  /** The position that it goes on from. */
  readonly from: bigint;
  readonly to: bigint;
  readonly compared: readonly Compared[];
  /** The state after `to`. */
  readonly checkpoint: { readonly state: unknown } | undefined;
}

/** Another replica has compared these commands meanwhile. */
export class TakenOver extends Error {
  override readonly name = 'TakenOver';
}

/**
 * The comparison begins with the last reset if all commands since then are kept, and then includes the alerts already sent.
 * Otherwise it begins with the next command, and the state is built from the commands that are kept.
 */
const BEGIN = `
  INSERT INTO shadow_position (cache, engine, since, command, checkpoint_command, changed_at)
  SELECT name, $2, start, start, reset_command, now() FROM (
    SELECT c.name, c.reset_command,
      CASE WHEN next_command - reset_command - 1 = ${KEPT_COMMANDS}
        THEN reset_command ELSE next_command - 1 END AS start
    FROM cache c WHERE c.name = $1
      AND NOT EXISTS (SELECT FROM shadow_position p WHERE p.cache = $1 AND p.engine = $2)) begun
  ON CONFLICT DO NOTHING`;

const ADVANCE = `
  WITH moved AS (
    UPDATE shadow_position SET command = $4, changed_at = now(), compared = compared + $5,
      main_alerts = main_alerts + $6, shadow_alerts = shadow_alerts + $7, equal_alerts = equal_alerts + $8,
      main_only = main_only + $9, shadow_only = shadow_only + $10, other_type = other_type + $11,
      other_rows = other_rows + $12, faults = faults + $13, last_fault = coalesce($14, last_fault),
      last_fault_at = CASE WHEN $14::text IS NULL THEN last_fault_at ELSE now() END,
      checkpoint = CASE WHEN $15 THEN $16::jsonb ELSE checkpoint END,
      checkpoint_command = CASE WHEN $15 THEN $4 ELSE checkpoint_command END
    WHERE cache = $1 AND engine = $2 AND command = $3 RETURNING cache),
  different AS (
    INSERT INTO shadow_difference (cache, engine, command, message_uuid, message_kind, detector, received_at, kind,
      main_alerts, shadow_alerts, fault, at)
    SELECT $1, $2, d.command, d.message_uuid, d.message_kind, d.detector, d.received_at, d.kind, d.main_alerts,
      d.shadow_alerts, d.fault, now()
    FROM moved, jsonb_to_recordset($17::jsonb) AS d (command bigint, message_uuid uuid, message_kind text,
      detector text, received_at timestamptz, kind text, main_alerts jsonb, shadow_alerts jsonb, fault text))
  SELECT FROM moved`;

/** The position of a cache's comparison with an engine; it is created if there is none. */
export async function openPosition(client: pg.ClientBase, cache: CacheName, engine: EngineName): Promise<Position> {
  await client.query(BEGIN, [cache, engine]);
  const { rows } = await client.query(
    'SELECT command, checkpoint, checkpoint_command FROM shadow_position WHERE cache = $1 AND engine = $2',
    [cache, engine],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`the cache ${cache} does not exist yet`);
  return { command: row.command, checkpoint: row.checkpoint, checkpointCommand: row.checkpoint_command };
}

/**
 * Records the results of some commands in one statement.
 * @throws TakenOver if the position has moved meanwhile
 */
export async function recordCompared(client: pg.ClientBase, progress: ShadowProgress): Promise<void> {
  const { cache, engine, from, to, compared, checkpoint } = progress;
  const sum = (of: (one: Compared) => number) => compared.reduce((total, one) => total + of(one), 0);
  const ofKind = (kind: ShadowDifferenceKind) => sum((one) => (one.kind === kind ? 1 : 0));
  const different = compared.filter(({ kind }) => kind !== undefined);
  const { rowCount } = await client.query(ADVANCE, [
    cache,
    engine,
    from,
    to,
    compared.length,
    sum(({ mainAlerts }) => mainAlerts),
    sum(({ shadowAlerts }) => shadowAlerts),
    sum(({ equal }) => equal),
    ofKind('main-only'),
    ofKind('shadow-only'),
    ofKind('other-type'),
    ofKind('other-rows'),
    ofKind('fault'),
    different.findLast(({ fault }) => fault !== null)?.fault ?? null,
    checkpoint !== undefined,
    JSON.stringify(checkpoint?.state ?? null),
    JSON.stringify(
      different.map(({ recorded, kind, fault, mainLeft, shadowLeft }) => ({
        command: recorded.command.order,
        message_uuid: recorded.messageUuid,
        message_kind: recorded.messageKind,
        detector: recorded.detector,
        received_at: dateOf(recorded.received).toISOString(),
        kind,
        main_alerts: mainLeft,
        shadow_alerts: shadowLeft,
        fault,
      })),
    ),
  ]);
  if (rowCount !== 1) throw new TakenOver(`the ${cache} cache is compared by another replica`);
}
