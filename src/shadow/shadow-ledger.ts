import type pg from 'pg';
import type { Recorded, RecordedRules } from '../cache/history/history.js';
import type { CacheName } from '../domain/cache-name.js';
import type { Engine, EngineAlert } from '../domain/coincidence/engine.js';
import { openLedger } from '../domain/coincidence/ledgers.js';
import { type StoredDetectors, standingInDatabase } from './standing-in-database.js';

/** The shadow engine failed over a command. */
export class EngineFault extends Error {
  override readonly name = 'EngineFault';
}

export type ShadowLedger = ReturnType<typeof openShadowLedger>;

/**
 * Another engine going through a cache's commands. What a command means is decided by that engine's rules.
 * @param before the rules of the cache after `command`
 * @param command the last command that was gone through
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
  const standing =
    engine.name === 'reference'
      ? standingInDatabase(client, cache, Number(command), checkpoint as StoredDetectors | null)
      : undefined;
  const ledger = openLedger(telling(engine), { window, muted, checkpoint }, standing);

  return {
    /**
     * The alerts that this engine would have sent.
     * @throws EngineFault: the engine's state stays as it was; anything else is the database's
     */
    async apply({ command, received }: Recorded): Promise<readonly EngineAlert[]> {
      // The engine `reference` knows no expiry, so none is recorded while it is the cache's.
      if (mainEngine === 'reference') ledger.expire(received);
      if (command.kind !== 'switch') return ledger.apply(command);
      // The shadow engine stays; of what the main engine is told the window concerns it too.
      mainEngine = command.engine;
      ledger.changeWindow(command.window);
      return [];
    },

    /** The state as plain JSON, from which a ledger can go on. */
    checkpoint: () => ledger.checkpoint(),
  };
}

/** An engine whose errors are told from everybody else's. */
function telling(engine: Engine<unknown>): Engine<unknown> {
  return {
    ...engine,
    apply(state, command) {
      try {
        return engine.apply(state, command);
      } catch (error) {
        throw new EngineFault(shown(error), { cause: error });
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
