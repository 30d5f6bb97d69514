import type pg from 'pg';
import type { CacheName } from '../domain/cache-name.js';
import type { EngineName } from '../domain/coincidence/engine.js';
import { Ledger, type RecordedCommand } from '../domain/coincidence/ledger.js';
import type { RetractionTarget } from '../domain/commands.js';
import { type Duration, fromPosixMilliseconds, type Instant } from '../domain/time.js';
import type { ObservationState } from '../domain/views.js';

/** A cache's recorded commands since its last reset, read back. */

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

/** A reset, which ends what a ledger goes through. */
interface RecordedReset {
  readonly kind: 'reset';
  readonly order: number;
}

/** A command as it stands in the history, whatever comes before and after it. */
export interface Recorded {
  readonly command: RecordedCommand | RecordedReset;
  readonly messageUuid: string;
  /** CoincidenceTier, Retraction, Expiry, Reset, Mute, Unmute, Switch. */
  readonly messageKind: string;
  readonly detector: string | null;
  readonly received: Instant;
  /** False for an observation that has outlived its retention: its command has no time. */
  readonly isKept: boolean;
  readonly state: ObservationState | undefined;
}

/** What holds for a cache from a command on. */
export interface Circumstances {
  readonly engine: EngineName;
  readonly window: Duration;
  readonly muted: readonly string[];
}

/** Is told how far a cache's commands have been gone through. */
export type HistoryProgress = (done: number, total: number) => void;

const PAGE = 10_000;

const HISTORY = `
  SELECT m.command, m.kind, m.received_at, m.detector, m.argument, m.uuid, o.neutrino_ns, o.received_ns, o.expires_ns, o.state,
    coalesce(r.command IS NULL AND r.uuid IS NOT NULL, false) AS withdrawn
  FROM message m
    LEFT JOIN observation o ON o.uuid = m.uuid
    LEFT JOIN message r ON r.uuid = o.retracted_by
  WHERE m.cache = $1 AND m.command > $2
  ORDER BY m.command LIMIT $3`;

/** The next commands after one, in order: at most `limit`. Numbers that are left out are of messages no longer kept. */
export async function readCommands(
  client: pg.ClientBase,
  cache: CacheName,
  after: bigint,
  limit: number,
): Promise<Recorded[]> {
  const { rows } = await client.query<HistoryRow>(HISTORY, [cache, after, limit]);
  return rows.map((row) => ({
    command: toCommand(row),
    messageUuid: row.uuid,
    messageKind: row.kind,
    detector: row.detector,
    received: fromPosixMilliseconds(row.received_at.getTime()),
    isKept: row.kind !== 'CoincidenceTier' || row.neutrino_ns !== null,
    state: row.state ?? undefined,
  }));
}

/** The commands after `resetCommand`, in order. */
export async function* readHistory(
  client: pg.ClientBase,
  cache: CacheName,
  resetCommand: bigint,
): AsyncGenerator<Remembered> {
  for (let after = resetCommand; ; ) {
    const page = await readCommands(client, cache, after, PAGE);
    for (const { command, messageUuid, state } of page) {
      if (command.kind === 'reset') throw new Error(`command ${command.order} is a reset amid the history`);
      yield { command, messageUuid, state };
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = BigInt(last.command.order);
  }
}

/** A ledger as it stood when the history after `resetCommand` begins. */
export async function openLedger(client: pg.ClientBase, cache: CacheName, resetCommand: bigint): Promise<Ledger> {
  const { engine, window, muted } = await circumstancesAfter(client, cache, resetCommand);
  return new Ledger(engine, window, muted);
}

/** Engine, window and mutes as they are after a command; 0 for those that the cache was founded with. */
export async function circumstancesAfter(
  client: pg.ClientBase,
  cache: CacheName,
  command: bigint,
): Promise<Circumstances> {
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
  const [founded] = switches;
  if (founded === undefined) throw new Error(`the cache ${cache} has no record of the engine that it was founded with`);
  const { engine, window_ns } = founded.argument;
  return {
    engine,
    window: BigInt(window_ns) as Duration,
    muted: muted.filter(({ kind }) => kind === 'Mute').map(({ detector }) => detector),
  };
}

function toCommand(row: HistoryRow): RecordedCommand | RecordedReset {
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
      return { kind: 'retract', order, detector, target: argument as RetractionTarget, now: instantIn(argument) };
    case 'Expiry':
      return {
        kind: 'expire',
        order,
        now: instantIn(argument) as Instant,
        observations: argument['observations'] as readonly number[] | undefined,
      };
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

/** The time that a command was given; undefined: it was recorded without one. */
function instantIn(argument: Record<string, unknown>): Instant | undefined {
  const { now } = argument;
  return now === undefined ? undefined : (BigInt(String(now)) as Instant);
}
