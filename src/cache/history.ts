import type pg from 'pg';
import type { CacheName } from '../domain/cache-name.js';
import type { EngineName } from '../domain/coincidence/engine.js';
import { Ledger, type RecordedCommand } from '../domain/coincidence/ledger.js';
import type { RetractionTarget } from '../domain/commands.js';
import type { Duration, Instant } from '../domain/time.js';
import type { ObservationState } from '../domain/views.js';

/** A cache's recorded commands since its last reset, read back. */

interface HistoryRow {
  readonly command: bigint;
  readonly kind: string;
  readonly detector: string | null;
  readonly argument: Record<string, unknown> | null;
  readonly uuid: string;
  readonly neutrino_ns: Instant | null;
  readonly received_ns: Instant;
  readonly expires_ns: Instant;
  readonly state: ObservationState;
  readonly withdrawn: boolean;
}

export interface Remembered {
  readonly command: RecordedCommand;
  /** The message that the command came as. */
  readonly messageUuid: string;
  /** The stored state of the observation that it brought. */
  readonly state: ObservationState | undefined;
}

const PAGE = 10_000;

const HISTORY = `
  SELECT m.command, m.kind, m.detector, m.argument, m.uuid, o.neutrino_ns, o.received_ns, o.expires_ns, o.state,
    coalesce(r.command IS NULL AND r.uuid IS NOT NULL, false) AS withdrawn
  FROM message m
    LEFT JOIN observation o ON o.uuid = m.uuid
    LEFT JOIN message r ON r.uuid = o.retracted_by
  WHERE m.cache = $1 AND m.command > $2
  ORDER BY m.command LIMIT ${PAGE}`;

/** The commands after `resetCommand`, in order. */
export async function* readHistory(
  client: pg.ClientBase,
  cache: CacheName,
  resetCommand: bigint,
): AsyncGenerator<Remembered> {
  for (let after = resetCommand; ; ) {
    const { rows } = await client.query<HistoryRow>(HISTORY, [cache, after]);
    for (const row of rows) yield { command: toCommand(row), messageUuid: row.uuid, state: row.state ?? undefined };
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.command;
  }
}

/** A ledger as it stood when the history after `resetCommand` begins. */
export async function openLedger(client: pg.ClientBase, cache: CacheName, resetCommand: bigint): Promise<Ledger> {
  const { rows: muted } = await client.query<{ detector: string; kind: string }>(
    `SELECT DISTINCT ON (detector) detector, kind FROM message
     WHERE cache = $1 AND command <= $2 AND kind IN ('Mute', 'Unmute') ORDER BY detector, command DESC`,
    [cache, resetCommand],
  );
  const { rows: switches } = await client.query<{ argument: { engine: EngineName; window_ns: string } }>(
    `SELECT argument FROM message WHERE cache = $1 AND kind = 'Switch'
     ORDER BY command <= $2 DESC, CASE WHEN command <= $2 THEN -command ELSE command END LIMIT 1`,
    [cache, resetCommand],
  );
  const [founded] = switches;
  if (founded === undefined) throw new Error(`the cache ${cache} has no record of the engine that it was founded with`);
  const { engine, window_ns } = founded.argument;
  return new Ledger(
    engine,
    BigInt(window_ns) as Duration,
    muted.filter(({ kind }) => kind === 'Mute').map(({ detector }) => detector),
  );
}

function toCommand(row: HistoryRow): RecordedCommand {
  const order = Number(row.command);
  const detector = row.detector ?? '';
  const argument = row.argument ?? {};
  switch (row.kind) {
    case 'CoincidenceTier':
      return {
        kind: 'observe',
        order,
        uuid: row.uuid,
        detector,
        time: row.neutrino_ns as Instant,
        receivedTime: row.received_ns,
        expires: row.expires_ns,
        withdrawn: row.withdrawn,
      };
    case 'Retraction':
      return { kind: 'retract', order, detector, target: argument as RetractionTarget };
    case 'Expiry':
      return { kind: 'expire', order, now: BigInt(String(argument['now'])) as Instant };
    case 'Mute':
      return { kind: 'mute', order, detector };
    case 'Unmute':
      return { kind: 'unmute', order, detector };
    case 'Switch':
      return {
        kind: 'switch',
        order,
        engine: argument['engine'] as EngineName,
        window: BigInt(String(argument['window_ns'])) as Duration,
      };
    default:
      throw new Error(`command ${order} is of the unknown kind ${row.kind}`);
  }
}
