import type { Recorded, RecordedRules } from '../cache/history/history.js';
import type { CompleteState } from '../domain/coincidence/complete.js';
import type { Engine, EngineAlert, Observation } from '../domain/coincidence/engine.js';
import { ExpiryQueue } from '../domain/coincidence/expiry-queue.js';
import type { Duration, Instant } from '../domain/time.js';
import { type Fold, runEngine } from './fold.js';

/** An observation that counts, or would if its detector weren't muted. */
interface Standing {
  readonly observation: Observation;
  readonly uuid: string;
  readonly expires: Instant;
  isMuted: boolean;
  isStanding: boolean;
}

type StoredStanding = readonly [
  order: number,
  detector: string,
  time: string,
  uuid: string,
  expires: string,
  /** Without it: as its detector is. */
  isMuted?: boolean,
];

/** In order of reception. */
type Checkpoint = readonly StoredStanding[];

/**
 * The engine `complete` going through a cache. What stands is in memory: no more than came within an expiration.
 * @param stored what `checkpoint` gave; null: an empty cache
 */
export function foldComplete(engine: Engine<CompleteState>, before: RecordedRules, stored: unknown): Fold {
  const muted = new Set(before.muted);
  /** By command. */
  const standing = new Map<number, Standing>();
  const byUuid = new Map<string, Standing>();
  let expiring = new ExpiryQueue<Standing>();
  let mainEngine = before.engine;

  for (const [order, detector, time, uuid, expires, isMuted] of (stored as Checkpoint | null) ?? []) {
    const observation = { order, detector, time: BigInt(time) as Instant };
    stand(observation, uuid, BigInt(expires) as Instant, isMuted ?? muted.has(detector));
  }
  let running = runEngine(engine, tables(before.window));

  /** The tables follow from what counts, whatever came before it. */
  function tables(window: Duration): CompleteState {
    let state = engine.empty(window);
    for (const { observation, isMuted } of inOrder()) {
      if (!isMuted) state = engine.apply(state, { kind: 'observe', observation }).state;
    }
    return state;
  }

  function stand(observation: Observation, uuid: string, expires: Instant, isMuted: boolean): void {
    const one = { observation, uuid, expires, isMuted, isStanding: true };
    standing.set(observation.order, one);
    byUuid.set(uuid, one);
    expiring.push(one);
  }

  /** The observations of those that counted. */
  function end(ended: readonly Standing[]): Observation[] {
    for (const one of ended) {
      one.isStanding = false;
      standing.delete(one.observation.order);
      byUuid.delete(one.uuid);
    }
    return ended.filter(({ isMuted }) => !isMuted).map(({ observation }) => observation);
  }

  /** What came back by the undo of a reset was received before others that stand. */
  function inOrder(some: Iterable<Standing> = standing.values()): Standing[] {
    return [...some].sort((a, b) => a.observation.order - b.observation.order);
  }

  /** In order of reception, without what is due at a time that the command tells. */
  function standingOf(detector: string, now: Instant | undefined): Standing[] {
    const own = [...standing.values()].filter(
      ({ observation, expires }) => observation.detector === detector && (now === undefined || expires >= now),
    );
    return inOrder(own);
  }

  function retract(detector: string, taken: readonly Standing[]): readonly EngineAlert[] {
    const observations = end(taken);
    return observations.length === 0 ? [] : running.apply({ kind: 'retract', detector, observations });
  }

  function expire(due: readonly Standing[]): void {
    const observations = end(due.filter(({ isStanding }) => isStanding));
    if (observations.length > 0) running.apply({ kind: 'expire', observations });
  }

  return {
    async apply({ command, received }: Recorded) {
      // The engine `reference` knows no expiry, so none is recorded while it is the cache's.
      if (mainEngine === 'reference') expire(expiring.takeDue(received));
      switch (command.kind) {
        case 'observe': {
          const { order, detector, time, uuid, expires } = command;
          if (command.withdrawn || command.receivedTime > expires) return [];
          const observation = { order, detector, time };
          stand(observation, uuid, expires, muted.has(detector));
          return muted.has(detector) ? [] : running.apply({ kind: 'observe', observation });
        }
        case 'retract': {
          const { detector, target } = command;
          if ('latest' in target) {
            const own = standingOf(detector, command.now);
            return retract(detector, own.slice(Math.max(0, own.length - target.latest)));
          }
          const named = byUuid.get(target.uuid);
          return named?.observation.detector === detector ? retract(detector, [named]) : [];
        }
        case 'expire':
          expire(
            command.observations === undefined
              ? expiring.takeDue(command.now)
              : command.observations.flatMap((order) => standing.get(order) ?? []),
          );
          return [];
        case 'undo-reset': {
          // What came back is told by the main engine's reset: what this one had kept beside it is forgotten.
          const restored = command.observations.filter(({ expires }) => expires >= command.now);
          for (const { order, uuid, detector, time, expires } of restored) {
            stand({ order, detector, time }, uuid, expires, muted.has(detector));
          }
          return restored
            .filter(({ detector }) => !muted.has(detector))
            .flatMap(({ order, detector, time }) =>
              running.apply({ kind: 'observe', observation: { order, detector, time } }),
            );
        }
        case 'mute': {
          const { detector } = command;
          muted.add(detector);
          const leaving = standingOf(detector, command.now).filter(({ isMuted }) => !isMuted);
          for (const one of leaving) one.isMuted = true;
          const observations = leaving.map(({ observation }) => observation);
          return observations.length === 0 ? [] : running.apply({ kind: 'retract', detector, observations });
        }
        case 'unmute': {
          muted.delete(command.detector);
          const coming = standingOf(command.detector, command.now).filter(({ isMuted }) => isMuted);
          for (const one of coming) one.isMuted = false;
          return coming.flatMap(({ observation }) => running.apply({ kind: 'observe', observation }));
        }
        case 'switch':
          mainEngine = command.engine;
          running = runEngine(engine, tables(command.window));
          return [];
        case 'reset':
          standing.clear();
          byUuid.clear();
          expiring = new ExpiryQueue();
          return running.apply({ kind: 'reset' });
      }
    },

    checkpoint: (): Checkpoint =>
      inOrder().map(({ observation, uuid, expires, isMuted }) => [
        observation.order,
        observation.detector,
        observation.time.toString(),
        uuid,
        expires.toString(),
        isMuted,
      ]),
  };
}
