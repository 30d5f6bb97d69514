import type pg from 'pg';
import type { RecordedRules } from '../cache/history/history.js';
import type { CacheName } from '../domain/cache-name.js';
import type { Engine, EngineAlert, Observation } from '../domain/coincidence/engine.js';
import { deserializeReference, type ReferenceState, serializeReference } from '../domain/coincidence/reference.js';
import type { Instant } from '../domain/time.js';
import { type Fold, runEngine } from './fold.js';

type StoredObservation = readonly [order: number, detector: string, time: string];

interface Checkpoint {
  readonly state: unknown;
  /** Those in the state: they may outlive their retention here. */
  readonly observations: readonly StoredObservation[];
  /** The command of the last reset. */
  readonly resetAt: number;
  /** By detector: the command of the last retraction that took effect. */
  readonly takenAt: readonly (readonly [detector: string, order: number])[];
  /** Detectors of which something stands. */
  readonly standing: readonly string[];
  /** What undos of resets brought back and still stands: it was received before the last reset. Missing: nothing. */
  readonly restored?: readonly (readonly [...StoredObservation, uuid: string])[];
}

interface RestoredObservation extends Observation {
  readonly uuid: string;
}

const PAGE = 1_000;

/** A detector's observations since its last retraction, but those whose retraction (without a command) had come before. */
const STANDING = `
  SELECT o.command, o.neutrino_ns FROM observation o LEFT JOIN message r ON r.uuid = o.retracted_by
  WHERE o.cache = $1 AND o.detector_name = $2 AND o.command > $3 AND o.command < $4
    AND (r.uuid IS NULL OR r.command IS NOT NULL)`;

/**
 * snews_cs 3.0.1 going through a cache. Nothing expires, so what stands is left in the database: in memory are the
 * engine's own rows, what came back by the undo of a reset, and a number for each detector.
 * @param stored what `checkpoint` gave; null: a cache that is empty after `order`
 */
export function foldReference(
  client: pg.ClientBase,
  cache: CacheName,
  engine: Engine<ReferenceState>,
  { window, muted: mutedBefore }: RecordedRules,
  stored: unknown,
  order: number,
): Fold {
  const from = stored as Checkpoint | null;
  const running = runEngine(engine, from === null ? engine.empty(window) : restore(from));
  let resetAt = from?.resetAt ?? order;
  const takenAt = new Map(from?.takenAt);
  const standing = new Set(from?.standing);
  const muted = new Set(mutedBefore);
  /** By detector, in order of reception. */
  const restored = new Map<string, RestoredObservation[]>();
  for (const [order, detector, time, uuid] of from?.restored ?? []) {
    comeBack({ order, detector, time: BigInt(time) as Instant, uuid });
  }

  function comeBack(observation: RestoredObservation): void {
    const own = restored.get(observation.detector) ?? [];
    own.push(observation);
    restored.set(observation.detector, own);
  }

  const since = (detector: string) => takenAt.get(detector) ?? resetAt;

  async function isStanding(uuid: string, detector: string, before: number): Promise<boolean> {
    if (restored.get(detector)?.some((one) => one.uuid === uuid)) return true;
    const named = [cache, detector, since(detector), before, uuid];
    return (await client.query(`${STANDING} AND o.uuid = $5`, named)).rowCount === 1;
  }

  async function* standingOf(detector: string, before: number): AsyncGenerator<Observation> {
    for (const { order, time } of restored.get(detector) ?? []) yield { order, detector, time };
    for (let after = since(detector); ; ) {
      const { rows } = await client.query<{ command: bigint; neutrino_ns: Instant }>(
        `${STANDING} ORDER BY o.command LIMIT ${PAGE}`,
        [cache, detector, after, before],
      );
      for (const { command, neutrino_ns: time } of rows) yield { order: Number(command), detector, time };
      if (rows.length < PAGE) return;
      after = Number(rows.at(-1)?.command);
    }
  }

  return {
    async apply({ command }) {
      switch (command.kind) {
        case 'observe': {
          if (command.withdrawn) return [];
          const { order, detector, time } = command;
          standing.add(detector);
          return muted.has(detector) ? [] : running.apply({ kind: 'observe', observation: { order, detector, time } });
        }
        case 'retract': {
          const { detector, order, target } = command;
          if (!standing.has(detector)) return [];
          if ('uuid' in target && !(await isStanding(target.uuid, detector, order))) return [];
          takenAt.set(detector, order);
          standing.delete(detector);
          restored.delete(detector);
          // Whichever are named: this engine takes all of the detector's.
          return muted.has(detector) ? [] : running.apply({ kind: 'retract', detector, observations: [] });
        }
        case 'undo-reset': {
          const alerts: EngineAlert[] = [];
          for (const { order, uuid, detector, time } of command.observations) {
            standing.add(detector);
            comeBack({ order, detector, time, uuid });
            if (!muted.has(detector)) {
              alerts.push(...running.apply({ kind: 'observe', observation: { order, detector, time } }));
            }
          }
          for (const one of restored.values()) one.sort((a, b) => a.order - b.order);
          return alerts;
        }
        case 'mute': {
          const { detector } = command;
          muted.add(detector);
          return standing.has(detector) ? running.apply({ kind: 'retract', detector, observations: [] }) : [];
        }
        case 'unmute': {
          muted.delete(command.detector);
          const alerts: EngineAlert[] = [];
          if (!standing.has(command.detector)) return alerts;
          for await (const observation of standingOf(command.detector, command.order)) {
            alerts.push(...running.apply({ kind: 'observe', observation }));
          }
          return alerts;
        }
        case 'reset':
          resetAt = command.order;
          takenAt.clear();
          standing.clear();
          restored.clear();
          return running.apply({ kind: 'reset' });
        case 'expire':
        case 'switch':
          return [];
      }
    },

    checkpoint(): Checkpoint {
      const state = running.state();
      const observations = new Map(state.rows.map(({ observation }) => [observation.order, observation]));
      return {
        state: serializeReference(state),
        observations: [...observations.values()].map(({ order, detector, time }) => [order, detector, time.toString()]),
        resetAt,
        takenAt: [...takenAt],
        standing: [...standing],
        restored: [...restored.values()]
          .flat()
          .map(({ order, detector, time, uuid }) => [order, detector, time.toString(), uuid]),
      };
    },
  };
}

function restore({ state, observations }: Checkpoint): ReferenceState {
  const known = observations.map(([order, detector, time]): [number, Observation] => [
    order,
    { order, detector, time: BigInt(time) as Instant },
  ]);
  return deserializeReference(state, new Map(known));
}
