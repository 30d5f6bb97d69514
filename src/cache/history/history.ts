import type pg from 'pg';
import type { CacheName } from '../../domain/cache-name.js';
import type { EngineName } from '../../domain/coincidence/engine.js';
import type { RecordedCommand, RecordedObservation } from '../../domain/coincidence/recorded-command.js';
import type { RetractionTarget } from '../../domain/commands.js';
import { type Duration, fromPosixMilliseconds, type Instant } from '../../domain/time.js';
import type { ObservationState } from '../../domain/views.js';

/** Reads a cache's recorded commands. */

interface HistoryRow {
  readonly command: bigint;
  readonly kind: string;
  readonly received_at: Date;
  readonly detector: string | null;
  readonly argument: Record<string, unknown> | null;
  readonly uuid: string;
  readonly neutrino_ns: Instant | null;
  readonly received_ns: Instant;
  readonly expires_ns: Instant;
  readonly state: ObservationState | null;
  readonly retracted_before: boolean;
}

/** A command with what the history tells about it. */
export interface Recorded {
  readonly command: RecordedCommand;
  readonly messageUuid: string;
  /** CoincidenceTier, Retraction, Expiry, Reset, UndoReset, Mute, Unmute, Switch. */
  readonly messageKind: string;
  readonly detector: string | null;
  readonly received: Instant;
  /** False if an observation that the command brought is past its retention: it has no time, or is missing. */
  readonly isKept: boolean;
  /** The stored states of the observations that it brought, by their commands. */
  readonly states: ReadonlyMap<number, ObservationState>;
}

/** The settings of a cache at a command. */
export interface RecordedRules {
  readonly engine: EngineName;
  readonly window: Duration;
  readonly muted: readonly string[];
}

/** Receives how many of a cache's commands have been processed. */
export type HistoryProgress = (done: number, total: number) => void;

const PAGE = 10_000;

/** True if the retraction (r) of an observation was received before it. Such a retraction has no command number. */
export const RETRACTED_BEFORE = '(r.uuid IS NOT NULL AND r.command IS NULL)';

const HISTORY = `
  SELECT m.command, m.kind, m.received_at, m.detector, m.argument, m.uuid, o.neutrino_ns, o.received_ns, o.expires_ns, o.state,
    ${RETRACTED_BEFORE} AS retracted_before
  FROM message m
    LEFT JOIN observation o ON o.uuid = m.uuid
    LEFT JOIN message r ON r.uuid = o.retracted_by
  WHERE m.cache = $1 AND m.command > $2
  ORDER BY m.command LIMIT $3`;

/** The observations that the undo of a reset restored. $1 cache, $2 commands */
const RESTORED = `
  SELECT command, uuid, detector_name, neutrino_ns, expires_ns, state FROM observation
  WHERE cache = $1 AND command = ANY($2::bigint[]) ORDER BY command`;

interface RestoredRow {
  readonly command: bigint;
  readonly uuid: string;
  readonly detector_name: string;
  readonly neutrino_ns: Instant;
  readonly expires_ns: Instant;
  readonly state: ObservationState;
}

/** True for a message (m) whose observations are all kept, so that its command can be replayed. */
const IS_KEPT = `CASE m.kind
    WHEN 'CoincidenceTier' THEN EXISTS (SELECT FROM observation o WHERE o.uuid = m.uuid)
    WHEN 'UndoReset' THEN NOT EXISTS (SELECT FROM jsonb_array_elements_text(m.argument -> 'observations') AS restored(command)
      WHERE NOT EXISTS (SELECT FROM observation o WHERE o.cache = m.cache AND o.command = restored.command::bigint))
    ELSE true END`;

/** How many commands of a cache (c) since its last reset are kept. If all are, it is the count of numbers given since. */
export const KEPT_COMMANDS = `(SELECT count(*) FROM message m
    WHERE m.cache = c.name AND m.command > c.reset_command AND ${IS_KEPT})`;

/** At most `limit` commands after one, in order. Missing numbers belong to messages that are no longer kept. */
export async function readCommands(
  client: pg.ClientBase,
  cache: CacheName,
  after: bigint,
  limit: number,
): Promise<Recorded[]> {
  const { rows } = await client.query<HistoryRow>(HISTORY, [cache, after, limit]);
  const commands: Recorded[] = [];
  for (const row of rows) {
    const asked = row.kind === 'UndoReset' ? (row.argument?.['observations'] as readonly number[]) : [];
    const restored = asked.length === 0 ? [] : (await client.query<RestoredRow>(RESTORED, [cache, asked])).rows;
    commands.push({
      command: toCommand(row, restored.map(toRestored)),
      messageUuid: row.uuid,
      messageKind: row.kind,
      detector: row.detector,
      received: fromPosixMilliseconds(row.received_at.getTime()),
      isKept: row.kind === 'CoincidenceTier' ? row.neutrino_ns !== null : restored.length === asked.length,
      states: new Map(
        row.kind === 'CoincidenceTier' && row.state !== null
          ? [[Number(row.command), row.state]]
          : restored.map(({ command, state }) => [Number(command), state]),
      ),
    });
  }
  return commands;
}

function toRestored({ command, uuid, detector_name, neutrino_ns, expires_ns }: RestoredRow): RecordedObservation {
  return { order: Number(command), uuid, detector: detector_name, time: neutrino_ns, expires: expires_ns };
}

/** The commands after one, up to and including `to`, in order. */
export async function* readHistory(
  client: pg.ClientBase,
  cache: CacheName,
  after: bigint,
  to: bigint,
): AsyncGenerator<Recorded> {
  for (let reached = after; reached < to; ) {
    const limit = Math.min(PAGE, Number(to - reached));
    const page = await readCommands(client, cache, reached, limit);
    // A page reaches further where numbers are missing.
    yield* page.filter(({ command }) => command.order <= to);
    const last = page.at(-1);
    if (last === undefined) return;
    reached = BigInt(last.command.order);
  }
}

/** Engine, window and mutes after a command; after 0, those with which the cache was created. */
export async function rulesAfter(client: pg.ClientBase, cache: CacheName, command: bigint): Promise<RecordedRules> {
  const { rows: muted } = await client.query<{ detector: string; kind: string }>(
    `SELECT DISTINCT ON (detector) detector, kind FROM message
     WHERE cache = $1 AND command <= $2 AND kind IN ('Mute', 'Unmute') ORDER BY detector, command DESC`,
    [cache, command],
  );
  const { rows: switches } = await client.query<{ argument: { engine: EngineName; window_ns: string } }>(
    `SELECT argument FROM message WHERE cache = $1 AND kind = 'Switch'
     ORDER BY command <= $2 DESC, CASE WHEN command <= $2 THEN -command ELSE command END LIMIT 1`,
    [cache, command],
  );
  const [created] = switches;
  if (created === undefined) throw new Error(`the cache ${cache} has no record of the engine that it was created with`);
  const { engine, window_ns } = created.argument;
  return {
    engine,
    window: BigInt(window_ns) as Duration,
    muted: muted.filter(({ kind }) => kind === 'Mute').map(({ detector }) => detector),
  };
}

function toCommand(row: HistoryRow, restored: readonly RecordedObservation[]): RecordedCommand {
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
        retractedBefore: row.retracted_before,
      };
    case 'Retraction':
      return { kind: 'retract', order, detector, target: argument as RetractionTarget, now: instantIn(argument) };
    case 'Expiry':
      return {
        kind: 'expire',
        order,
        now: instantIn(argument) as Instant,
        observations: argument['observations'] as readonly number[] | undefined,
      };
    case 'UndoReset':
      return { kind: 'undo-reset', order, now: instantIn(argument) as Instant, observations: restored };
    case 'Mute':
      return { kind: 'mute', order, detector, now: instantIn(argument) };
    case 'Unmute':
      return { kind: 'unmute', order, detector, now: instantIn(argument) };
    case 'Reset':
      return { kind: 'reset', order };
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

/** The time of a command; undefined if it was recorded without one. */
function instantIn(argument: Record<string, unknown>): Instant | undefined {
  const { now } = argument;
  return now === undefined ? undefined : (BigInt(String(now)) as Instant);
}
