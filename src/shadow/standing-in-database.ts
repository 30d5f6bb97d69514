import type pg from 'pg';
import { RETRACTED_BEFORE } from '../cache/history/history.js';
import type { CacheName } from '../domain/cache-name.js';
import type { Observation } from '../domain/coincidence/engine.js';
import type { RecordedObservation } from '../domain/coincidence/recorded-command.js';
import type { DetectorStanding } from '../domain/coincidence/reference-ledger.js';
import type { Instant } from '../domain/time.js';

/** As plain JSON. */
export interface StoredDetectors {
  /** The command of the last reset. */
  readonly resetAt: number;
  /** By detector: the command of the last retraction that took effect. */
  readonly takenAt: readonly (readonly [detector: string, order: number])[];
  /** Detectors of which something stands. */
  readonly standing: readonly string[];
  /** What the undo of a reset brought back and still stands; it was received before the last reset. Missing: nothing. */
  readonly restored?: readonly (readonly [order: number, detector: string, time: string, uuid: string])[];
}

interface RestoredObservation extends Observation {
  readonly uuid: string;
}

const PAGE = 1_000;

/** A detector's observations since its last retraction, without those whose retraction was received before them. */
const STANDING = `
  SELECT o.command, o.neutrino_ns FROM observation o LEFT JOIN message r ON r.uuid = o.retracted_by
  WHERE o.cache = $1 AND o.detector_name = $2 AND o.command > $3 AND o.command < $4 AND NOT ${RETRACTED_BEFORE}`;

/**
 * The active and muted observations under the engine `reference`. Nothing expires there, so they may be too many for
 * memory and stay in the database. A retraction takes all of a detector's observations, so a command number for each
 * detector tells which are left. Only what the undo of a reset brought back is in memory.
 * @param command the last one that was applied
 * @param stored what `stored` gave then; null: nothing stands
 */
export function standingInDatabase(
  client: pg.ClientBase,
  cache: CacheName,
  command: number,
  stored: StoredDetectors | null,
): DetectorStanding {
  let resetAt = stored?.resetAt ?? command;
  const takenAt = new Map(stored?.takenAt);
  const standing = new Set(stored?.standing);
  const restored = new Map<string, RestoredObservation[]>();
  for (const [order, detector, time, uuid] of stored?.restored ?? []) {
    restore({ order, detector, time: BigInt(time) as Instant, uuid });
  }

  const since = (detector: string) => takenAt.get(detector) ?? resetAt;

  function restore(one: RestoredObservation): void {
    const own = restored.get(one.detector) ?? [];
    own.push(one);
    restored.set(one.detector, own);
  }

  return {
    add({ order, detector, time, uuid }: RecordedObservation) {
      standing.add(detector);
      if (order <= resetAt) restore({ order, detector, time, uuid });
    },

    has: (detector) => standing.has(detector),

    async isStanding(uuid, detector, before) {
      if (!standing.has(detector)) return false;
      if (restored.get(detector)?.some((one) => one.uuid === uuid)) return true;
      const named = [cache, detector, since(detector), before, uuid];
      return (await client.query(`${STANDING} AND o.uuid = $5`, named)).rowCount === 1;
    },

    async *observationsOf(detector, before) {
      for (const { order, time } of byReception(restored.get(detector) ?? [])) yield { order, detector, time };
      for (let after = since(detector); ; ) {
        const { rows } = await client.query<{ command: bigint; neutrino_ns: Instant }>(
          `${STANDING} ORDER BY o.command LIMIT ${PAGE}`,
          [cache, detector, after, before],
        );
        for (const { command, neutrino_ns: time } of rows) yield { order: Number(command), detector, time };
        if (rows.length < PAGE) return;
        after = Number(rows.at(-1)?.command);
      }
    },

    changeAllOf(detector, state, command) {
      // They are muted as long as their detector is, so only a retraction changes anything here.
      if (state !== 'retracted') return;
      takenAt.set(detector, command);
      standing.delete(detector);
      restored.delete(detector);
    },

    clear(command) {
      resetAt = command;
      takenAt.clear();
      standing.clear();
      restored.clear();
    },

    stored: (): StoredDetectors => ({
      resetAt,
      takenAt: [...takenAt],
      standing: [...standing],
      restored: [...restored.values()]
        .flatMap(byReception)
        .map(({ order, detector, time, uuid }) => [order, detector, time.toString(), uuid]),
    }),
  };
}

/** Two undone resets may bring observations back in another order. */
function byReception(some: readonly RestoredObservation[]): RestoredObservation[] {
  return [...some].sort((a, b) => a.order - b.order);
}
