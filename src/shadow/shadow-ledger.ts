import type pg from 'pg';
import type { Recorded, RecordedRules } from '../cache/history/history.js';
import type { CacheName } from '../domain/cache-name.js';
import type { Engine, EngineAlert } from '../domain/coincidence/engine.js';
import { ENGINE_RULES } from '../domain/coincidence/engine-rules.js';
import { openLedger } from '../domain/coincidence/ledgers.js';
import { type StoredDetectors, standingInDatabase } from './standing-in-database.js';

/** The shadow engine threw an error at a command. */
export class EngineFailure extends Error {
  override readonly name = 'EngineFailure';
}

export type ShadowLedger = ReturnType<typeof openShadowLedger>;

/**
 * The ledger of the shadow engine. Which observations a command means is decided by the rules of that engine.
 * @param before the settings of the cache after `command`
 * @param command the last command that was applied
 * @param checkpoint what `checkpoint` gave then; null: the cache is empty after `command`
 */
export function openShadowLedger(
  client: pg.ClientBase,
  cache: CacheName,
  engine: Engine<unknown>,
  before: RecordedRules,
  command: bigint,
  checkpoint: unknown,
) {
  let mainEngine = before.engine;
  const { window, muted } = before;
  const standing = ENGINE_RULES[engine.name].isLocal
    ? undefined
    : standingInDatabase(client, cache, Number(command), checkpoint as StoredDetectors | null);
  const ledger = openLedger(withMarkedErrors(engine), { window, muted, checkpoint }, standing);

  return {
    /**
     * The alerts that this engine would have sent.
     * @throws EngineFailure: the engine's state stays as it was; anything else is the database's
     */
    async apply({ command, received }: Recorded): Promise<readonly EngineAlert[]> {
      // No expiry is recorded while the cache's engine expires nothing.
      if (!ENGINE_RULES[mainEngine].expires) ledger.expire(received);
      if (command.kind !== 'switch') return ledger.apply(command);
      // The shadow keeps its engine, and takes the new window.
      mainEngine = command.engine;
      ledger.changeWindow(command.window);
      return [];
    },

    /** The state as plain JSON, from which a ledger can be resumed. */
    checkpoint: () => ledger.checkpoint(),
  };
}

/** Marks the engine's errors, so that they differ from those of the database. */
function withMarkedErrors(engine: Engine<unknown>): Engine<unknown> {
  return {
    ...engine,
    apply(state, command) {
      try {
        return engine.apply(state, command);
      } catch (error) {
        throw new EngineFailure(shown(error), { cause: error });
      }
    },
  };
}

const LONGEST = 500;

/** An error as it can be stored and shown. */
function shown(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, LONGEST);
}
