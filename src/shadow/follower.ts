import type pg from 'pg';
import { circumstancesAfter, type Recorded, readCommands, readHistory } from '../cache/history/history.js';
import type { CacheName } from '../domain/cache-name.js';
import type { Engine, EngineAlert } from '../domain/coincidence/engine.js';
import type { ShadowAlertView } from '../domain/views.js';
import { alertsOf, viewsOf } from './alerts.js';
import { compare } from './comparison.js';
import { type Compared, openPosition, recordCompared } from './positions.js';
import { EngineFault, openShadowLedger, type ShadowLedger } from './shadow-ledger.js';

/** Commands that are compared at a time. */
const PAGE = 500;
const CHECKPOINT_COMMANDS = 5_000;
const CHECKPOINT_MILLISECONDS = 60_000;

export interface FollowerOptions {
  /** Of the follower alone: its statements may wait for one another. */
  readonly client: pg.ClientBase;
  readonly cache: CacheName;
  readonly engine: Engine<unknown>;
  readonly log: Log;
  /** A restart goes again through at most as many commands, without comparing them. */
  readonly checkpointCommands?: number;
}

interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

interface Held {
  readonly ledger: ShadowLedger;
  position: bigint;
  checkpoint: bigint;
  checkpointAt: number;
}

/**
 * Another engine following a cache's committed commands. Compares the alerts that it would have sent with those that
 * were stored, command after command, each once: position and differences are written together, and only by who
 * holds the position that they go on from.
 */
export function createFollower({
  client,
  cache,
  engine,
  log,
  checkpointCommands = CHECKPOINT_COMMANDS,
}: FollowerOptions) {
  let held: Held | undefined;

  /** The state at the position: from the last checkpoint, and what came after it. */
  async function load(): Promise<Held> {
    const position = await openPosition(client, cache, engine.name);
    const { command, checkpoint, checkpointCommand } = position;
    const before = await circumstancesAfter(client, cache, checkpointCommand);
    const ledger = openShadowLedger(client, cache, engine, before, checkpointCommand, checkpoint);
    for await (const recorded of readHistory(client, cache, checkpointCommand, command)) {
      await outcomeOf(ledger, recorded);
    }
    log.info({ cache, engine: engine.name, command: Number(command) }, 'shadow:following');
    return { ledger, position: command, checkpoint: checkpointCommand, checkpointAt: Date.now() };
  }

  /** Compares the next commands, and says how many there were. */
  async function advance(): Promise<number> {
    held ??= await load();
    const { ledger, position } = held;
    const page = await readCommands(client, cache, position, PAGE);
    const last = page.at(-1);
    if (last === undefined) return 0;
    const outcomes = [];
    let before = position;
    for (const recorded of page) {
      const outcome = await outcomeOf(ledger, recorded);
      const missed = BigInt(recorded.command.order) - before - 1n;
      before = BigInt(recorded.command.order);
      outcomes.push({ recorded, ...outcome, ...(missed > 0n ? { fault: notKept(missed) } : {}) });
    }
    const mainAlerts = await alertsOf(client, cache, position, before);
    const shadowAlerts = await viewsOf(
      client,
      cache,
      outcomes.map(({ alerts }) => alerts),
    );
    const compared = outcomes.map(({ recorded, fault }, i) =>
      comparedOf(recorded, mainAlerts.get(recorded.command.order) ?? [], shadowAlerts[i] ?? [], fault),
    );
    for (const { recorded, fault } of compared) {
      if (fault === null) continue;
      log.warn(
        { cache, engine: engine.name, command: recorded.command.order, message: recorded.messageUuid, fault },
        'shadow:fault',
      );
    }
    const isDue =
      before - held.checkpoint >= checkpointCommands || Date.now() - held.checkpointAt >= CHECKPOINT_MILLISECONDS;
    const checkpoint = isDue ? { state: ledger.checkpoint() } : undefined;
    await recordCompared(client, { cache, engine: engine.name, from: position, to: before, compared, checkpoint });
    held.position = before;
    if (isDue) Object.assign(held, { checkpoint: before, checkpointAt: Date.now() });
    return page.length;
  }

  return {
    async advance(): Promise<number> {
      try {
        return await advance();
      } catch (error) {
        // The state may be ahead of the position, which may be another replica's now.
        held = undefined;
        throw error;
      }
    },
  };
}

interface Outcome {
  readonly alerts: readonly EngineAlert[];
  /** What was wrong, if there was something. */
  readonly fault: string | null;
}

/** An engine that fails over a command is told of the next one. */
async function outcomeOf(ledger: ShadowLedger, recorded: Recorded): Promise<Outcome> {
  if (!recorded.isKept) return { alerts: [], fault: 'The observation is no longer kept.' };
  try {
    return { alerts: await ledger.apply(recorded), fault: null };
  } catch (error) {
    if (!(error instanceof EngineFault)) throw error;
    return { alerts: [], fault: error.message };
  }
}

function notKept(commands: bigint): string {
  return `The ${commands === 1n ? 'command' : `${commands} commands`} before it ${commands === 1n ? 'is' : 'are'} no longer kept.`;
}

function comparedOf(
  recorded: Recorded,
  main: readonly ShadowAlertView[],
  shadow: readonly ShadowAlertView[],
  fault: string | null,
): Compared {
  const { kind, equal, main: mainLeft, shadow: shadowLeft } = compare(main, shadow);
  return {
    recorded,
    kind: fault === null ? kind : 'fault',
    fault,
    mainAlerts: main.length,
    shadowAlerts: shadow.length,
    equal,
    mainLeft,
    shadowLeft,
  };
}
