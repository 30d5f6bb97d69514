import fc from 'fast-check';
import { addDuration, type Duration, formatUtc, parseUtc, seconds } from '../../src/domain/time.js';
import { DETECTORS, moment } from '../support/sequences.js';
import type { ObserveOp, TraceOp } from '../support/traces.js';

const BEGINS = parseUtc('2030-01-01T12:34:45.678999Z');

const detector = fc.nat({ max: DETECTORS.length - 1 });
const pValue = fc.option(
  fc.integer({ min: 1, max: 999 }).map((thousandths) => thousandths / 1000),
  { freq: 10 },
);

/** All that snews_cs can do; whatever a retraction asks for, it takes all of the detector. */
const action = fc.oneof(
  { weight: 50, arbitrary: fc.record({ kind: fc.constant('observe' as const), detector, moment, pValue }) },
  { weight: 7, arbitrary: fc.record({ kind: fc.constant('retract' as const), detector }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reset' as const) }) },
);

const scene = fc.record({
  /** Detectors and times are taken modulo these: few of either make numbers contested. */
  detectors: fc.integer({ min: 2, max: DETECTORS.length }),
  seconds: fc.constantFrom(12, 20, 30, 60),
  /** A detector that stands in the cache sends nothing more. */
  isDistinct: fc.boolean(),
});

type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;
type Scene = typeof scene extends fc.Arbitrary<infer S> ? S : never;

/** Random sequences of what snews_cs knows, with equal times and exact borders of its window. */
export const sequences: fc.Arbitrary<readonly TraceOp[]> = fc
  .record({ scene, actions: fc.array(action, { minLength: 2, maxLength: 20, size: 'max' }) })
  .map(({ scene, actions }) => opsFor(scene, actions));

function opsFor(scene: Scene, actions: readonly Action[]): TraceOp[] {
  const ops: TraceOp[] = [];
  const standing = new Set<string>();
  for (const [i, action] of actions.entries()) {
    if (action.kind === 'reset') {
      standing.clear();
      ops.push({ op: 'reset' });
      continue;
    }
    const detector_name = DETECTORS[action.detector % scene.detectors] ?? 'unnamed';
    if (action.kind === 'retract') {
      standing.delete(detector_name);
      ops.push({ op: 'retract_detector', detector_name });
    } else if (!(scene.isDistinct && standing.has(detector_name))) {
      standing.add(detector_name);
      ops.push(observation(scene, action, `${detector_name}_CoincidenceTier_${i}`, detector_name));
    }
  }
  return ops;
}

function observation(
  scene: Scene,
  { moment, pValue }: Extract<Action, { kind: 'observe' }>,
  id: string,
  detector_name: string,
): ObserveOp {
  const after = seconds(moment.second % (scene.seconds + 1)) + BigInt(moment.nanoseconds);
  const time = formatUtc(addDuration(BEGINS, after as Duration));
  // snews_cs compares times as texts too, and numpy reads none with a zone.
  return { op: 'observe', id, detector_name, neutrino_time_utc: time.replace('Z', ''), p_val: pValue };
}
