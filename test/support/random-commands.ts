import fc from 'fast-check';
import { switchCaches } from '../../src/cache/history/switch.js';
import type { EngineName } from '../../src/domain/coincidence/engine.js';
import { Rejection } from '../../src/domain/commands.js';
import { addDuration, type Duration, fromPosixMilliseconds, type Instant, seconds } from '../../src/domain/time.js';
import { type Caches, muting, observation, reset, retraction, undoing } from './caches.js';

const DETECTORS = ['XENONnT', 'DS-20K', 'JUNO', 'Baksan', 'DUNE'];

/** How long observations stay active in these sequences: some fall due while a sequence is under way. */
export const SHORT_EXPIRATION = seconds(60);

const detector = fc.constantFrom(...DETECTORS);
/** Mostly whole seconds, so that equal times and exact borders abound; later than the oldest that is still active. */
const moment = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 25 }) },
  { weight: 2, arbitrary: fc.nat({ max: 25_000 }).map((milliseconds) => milliseconds / 1000) },
  // About to expire, or just expired.
  { weight: 2, arbitrary: fc.integer({ min: -100, max: 150 }).map((milliseconds) => milliseconds / 1000) },
);

const action = fc.oneof(
  { weight: 60, arbitrary: fc.record({ kind: fc.constant('observe' as const), detector, moment }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('observe again' as const), pick: fc.nat({ max: 99 }) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('retract one' as const), pick: fc.nat({ max: 99 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('retract early' as const), detector, moment }) },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('retract latest' as const), detector, n: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('mute' as const, 'unmute' as const), detector }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'expire' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'reset' as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('undo reset' as const), pick: fc.nat({ max: 99 }) }) },
);

/** What comes in, in bursts: the commands of a burst are posted at once, to one or other replica. */
export const bursts = fc.array(
  fc.array(fc.record({ action, replica: fc.boolean() }), { minLength: 1, maxLength: 8, size: 'max' }),
  { minLength: 1, maxLength: 10, size: 'max' },
);
type Burst = typeof bursts extends fc.Arbitrary<(infer B)[]> ? B : never;
type Action = Burst[number]['action'];

/** Posts bursts, one after the other, to a cache that was reset before. Refusals are answers too. */
export async function postBursts(
  services: readonly [Caches['service'], Caches['service']],
  all: readonly Burst[],
): Promise<void> {
  const resets = [await services[0].reset(reset())];
  const oldest = addDuration(fromPosixMilliseconds(Date.now()), -SHORT_EXPIRATION as Duration);
  const time = (second: number): Instant => addDuration(oldest, seconds(second));
  const observed: ReturnType<typeof observation>[] = [];

  async function post(action: Action, service: Caches['service']): Promise<unknown> {
    const receivedTime = fromPosixMilliseconds(Date.now());
    switch (action.kind) {
      case 'observe': {
        const command = observation(action.detector, time(action.moment), { receivedTime });
        observed.push(command);
        return service.observe(command);
      }
      case 'observe again': {
        const before = observed[action.pick % Math.max(observed.length, 1)];
        return before && service.observe(before);
      }
      case 'retract one': {
        const target = observed[action.pick % Math.max(observed.length, 1)];
        return target && service.retract(retraction(target.detectorName, { uuid: target.uuid }, { receivedTime }));
      }
      case 'retract early': {
        const command = observation(action.detector, time(action.moment), { receivedTime });
        const early = service.retract(retraction(action.detector, { uuid: command.uuid }, { receivedTime }));
        return Promise.all([early, service.observe(command)]);
      }
      case 'retract latest':
        return service.retract(retraction(action.detector, { latest: action.n }, { receivedTime }));
      case 'mute':
      case 'unmute':
        return service.mute(muting(action.kind, action.detector));
      case 'expire':
        return service.expire('live');
      case 'reset':
        return service.reset(reset()).then((answer) => resets.push(answer));
      case 'undo reset': {
        // The last ones dropped most of what is still there.
        const undone = resets.at(-1 - (action.pick % Math.min(resets.length, 2)));
        return undone && service.undoReset(undoing(undone));
      }
    }
  }

  for (const burst of all) {
    const answers = await Promise.allSettled(
      burst.map(({ action, replica }) => post(action, services[replica ? 1 : 0])),
    );
    for (const answer of answers) {
      if (answer.status === 'rejected' && !(answer.reason instanceof Rejection)) throw answer.reason;
    }
  }
}

/** Changes the engine of the live cache, as `snews cache switch` does. */
export function switchLive({ databaseUrl }: Caches, engine: EngineName, window = seconds(10)): Promise<void> {
  return switchCaches(databaseUrl, [{ kind: 'switch', cache: 'live', engine, window, actor: 'tester' }]);
}
