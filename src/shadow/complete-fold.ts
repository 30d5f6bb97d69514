import type { Circumstances, Recorded } from '../cache/history.js';
import type { CompleteState } from '../domain/coincidence/complete.js';
import type { Engine, EngineAlert, Observation } from '../domain/coincidence/engine.js';
import type { Duration, Instant } from '../domain/time.js';
import { type Fold, runEngine } from './fold.js';

/** An observation that counts, or would if its detector weren't muted. */
interface Standing {
  readonly observation: Observation;
  readonly uuid: string;
  readonly expires: Instant;
}

type StoredStanding = readonly [order: number, detector: string, time: string, uuid: string, expires: string];

/** In order of reception. */
type Checkpoint = readonly StoredStanding[];

/**
 * The engine `complete` going through a cache. What stands is in memory: no more than came within an expiration.
 * @param stored what `checkpoint` gave; null: an empty cache
 */
export function foldComplete(engine: Engine<CompleteState>, before: Circumstances, stored: unknown): Fold {
  const muted = new Set(before.muted);
  const standing = new Map<string, Standing>();
  let mainEngine = before.engine;
  /** No observation expires before that. */
  let nextExpiry: Instant | undefined;

  for (const [order, detector, time, uuid, expires] of (stored as Checkpoint | null) ?? []) {
    const observation = { order, detector, time: BigInt(time) as Instant };
    stand({ observation, uuid, expires: BigInt(expires) as Instant });
  }
  let running = runEngine(engine, tables(before.window));

  /** The tables follow from what counts, whatever came before it. */
  function tables(window: Duration): CompleteState {
    let state = engine.empty(window);
    for (const { observation } of standing.values()) {
      if (!muted.has(observation.detector)) state = engine.apply(state, { kind: 'observe', observation }).state;
    }
    return state;
  }

  function stand(one: Standing): void {
    standing.set(one.uuid, one);
    if (nextExpiry === undefined || one.expires < nextExpiry) nextExpiry = one.expires;
  }

  function standingOf(detector: string): Standing[] {
    return [...standing.values()].filter(({ observation }) => observation.detector === detector);
  }

  function retract(detector: string, taken: readonly Standing[]): readonly EngineAlert[] {
    for (const { uuid } of taken) standing.delete(uuid);
    if (taken.length === 0 || muted.has(detector)) return [];
    return running.apply({ kind: 'retract', detector, observations: taken.map(({ observation }) => observation) });
  }

  function expire(now: Instant): void {
    if (nextExpiry === undefined || nextExpiry >= now) return;
    const due: Observation[] = [];
    nextExpiry = undefined;
    for (const one of [...standing.values()]) {
      const isDue = one.expires < now;
      if (isDue) {
        standing.delete(one.uuid);
        if (!muted.has(one.observation.detector)) due.push(one.observation);
      } else if (nextExpiry === undefined || one.expires < nextExpiry) {
        nextExpiry = one.expires;
      }
    }
    if (due.length > 0) running.apply({ kind: 'expire', observations: due });
  }

  return {
    async apply({ command, received }: Recorded) {
      // The engine `reference` knows no expiry, so none is recorded while it is the cache's.
      if (mainEngine === 'reference') expire(received);
      switch (command.kind) {
        case 'observe': {
          const { order, detector, time, uuid, expires } = command;
          if (command.withdrawn || command.receivedTime > expires) return [];
          const observation = { order, detector, time };
          stand({ observation, uuid, expires });
          return muted.has(detector) ? [] : running.apply({ kind: 'observe', observation });
        }
        case 'retract': {
          const { detector, target } = command;
          if ('latest' in target) {
            const own = standingOf(detector);
            return retract(detector, own.slice(Math.max(0, own.length - target.latest)));
          }
          const named = standing.get(target.uuid);
          return named?.observation.detector === detector ? retract(detector, [named]) : [];
        }
        case 'expire':
          expire(command.now);
          return [];
        case 'mute': {
          const { detector } = command;
          const observations = standingOf(detector).map(({ observation }) => observation);
          muted.add(detector);
          return observations.length === 0 ? [] : running.apply({ kind: 'retract', detector, observations });
        }
        case 'unmute':
          muted.delete(command.detector);
          return standingOf(command.detector).flatMap(({ observation }) =>
            running.apply({ kind: 'observe', observation }),
          );
        case 'switch':
          mainEngine = command.engine;
          running = runEngine(engine, tables(command.window));
          return [];
        case 'reset':
          standing.clear();
          nextExpiry = undefined;
          return running.apply({ kind: 'reset' });
      }
    },

    checkpoint: (): Checkpoint =>
      [...standing.values()].map(({ observation, uuid, expires }) => [
        observation.order,
        observation.detector,
        observation.time.toString(),
        uuid,
        expires.toString(),
      ]),
  };
}
