import type pg from 'pg';
import { type Recorded, readCommands, readHistory, rulesAfter } from '../cache/history/history.js';
import type { CacheName } from '../domain/cache-name.js';
import type { Engine, EngineAlert } from '../domain/coincidence/engine.js';
import type { Log } from '../domain/log.js';
import type { ShadowAlertView } from '../domain/views.js';
import { alertsOf, viewsOf } from './alerts.js';
import { compare } from './comparison.js';
import { type Compared, openPosition, recordCompared } from './positions.js';
import { EngineFailure, openShadowLedger, type ShadowLedger } from './shadow-ledger.js';

/** Commands that are compared at a time. */
const PAGE = 500;
const CHECKPOINT_COMMANDS = 5_000;
const CHECKPOINT_MILLISECONDS = 60_000;

export interface FollowerOptions {
  /** Used by the follower alone. */
  readonly client: pg.ClientBase;
  readonly cache: CacheName;
  readonly engine: Engine<unknown>;
  readonly log: Log;
  /** After a restart at most this many commands are replayed, without comparing them. */
  readonly checkpointCommands?: number;
}

interface Held {
  readonly ledger: ShadowLedger;
  position: bigint;
  checkpoint: bigint;
  checkpointAt: number;
}

/**
 * The shadow engine following a cache's committed commands. It compares the alerts that it would have sent with the stored
 * ones. Every command is compared once: position and differences are written in one statement, which fails if another
 * replica has moved the position.
 */
export function createFollower({
  client,
  cache,
  engine,
  log,
  checkpointCommands = CHECKPOINT_COMMANDS,
}: FollowerOptions) {
  let held: Held | undefined;

  /** Restores the state at the position: the last checkpoint, and the commands after it. */
  async function load(): Promise<Held> {
    const position = await openPosition(client, cache, engine.name);
    const { command, checkpoint, checkpointCommand } = position;
    const before = await rulesAfter(client, cache, checkpointCommand);
    const ledger = openShadowLedger(client, cache, engine, before, checkpointCommand, checkpoint);
    for await (const recorded of readHistory(client, cache, checkpointCommand, command)) {
      await outcomeOf(ledger, recorded);
    }
    log.info({ cache, engine: engine.name, command: Number(command) }, 'shadow:following');
    return { ledger, position: command, checkpoint: checkpointCommand, checkpointAt: Date.now() };
  }

  /** Compares the next commands, and returns how many there were. */
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
        'shadow:failed',
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
        // The state may be ahead of the position, and another replica may have moved the position.
        held = undefined;
        throw error;
      }
    },
  };
}

interface Outcome {
  readonly alerts: readonly EngineAlert[];
  /** What failed, if anything did. */
  readonly fault: string | null;
}

/** If the engine fails at a command, the next one is applied all the same. */
async function outcomeOf(ledger: ShadowLedger, recorded: Recorded): Promise<Outcome> {
  if (!recorded.isKept) return { alerts: [], fault: 'The observation is no longer kept.' };
  try {
    return { alerts: await ledger.apply(recorded), fault: null };
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
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
