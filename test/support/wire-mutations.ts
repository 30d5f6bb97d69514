import fc from 'fast-check';
import type { WireRecord } from '../../src/intake/wire/decode-record.js';
import { AVRO_FILES, CAPTURED, PICKLES } from './wire-records.js';

const originals: readonly WireRecord[] = [
  ...CAPTURED.map(({ record }) => record).filter(({ value }) => value !== null && value.length < 2_000),
  ...PICKLES.filter(({ bytes }) => bytes.length < 2_000).map(({ bytes }) => withFormat('blob', bytes)),
  ...AVRO_FILES.map(({ bytes }) => withFormat('avro', bytes)),
];

export function withFormat(format: string | undefined, value: Buffer): WireRecord {
  return { headers: format === undefined ? {} : { _format: format }, value };
}

const place = fc.nat({ max: 0xffff });

const mutation = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.nat({ max: 7 }) }),
  fc.record({ kind: fc.constant('set' as const), at: place, byte: fc.nat({ max: 255 }) }),
  fc.record({ kind: fc.constant('cut' as const), at: place, length: fc.nat({ max: 20 }) }),
  fc.record({
    kind: fc.constant('repeat' as const),
    at: place,
    length: fc.nat({ max: 50 }),
    times: fc.nat({ max: 5 }),
  }),
  fc.record({
    kind: fc.constant('splice' as const),
    at: place,
    from: place,
    other: place,
    length: fc.nat({ max: 80 }),
  }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never;

function mutate(bytes: Buffer, change: Mutation): Buffer {
  const at = bytes.length === 0 ? 0 : change.at % bytes.length;
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (change.kind) {
    case 'flip':
      return Buffer.concat([before, Buffer.from([(after[0] ?? 0) ^ (1 << change.bit)]), after.subarray(1)]);
    case 'set':
      return Buffer.concat([before, Buffer.from([change.byte]), after.subarray(1)]);
    case 'cut':
      return Buffer.concat([before, after.subarray(change.length)]);
    case 'repeat':
      return Buffer.concat([before, ...Array<Buffer>(change.times).fill(after.subarray(0, change.length)), after]);
    case 'splice': {
      const other = originals[change.other % originals.length]?.value ?? Buffer.alloc(0);
      const from = change.from % Math.max(1, other.length);
      return Buffer.concat([before, other.subarray(from, from + change.length), after]);
    }
  }
}

/** Captured and written records with a few bytes changed, cut out, repeated or taken from another. */
export const mutated: fc.Arbitrary<WireRecord> = fc
  .tuple(place, fc.array(mutation, { minLength: 1, maxLength: 4 }))
  .map(([which, changes]) => {
    const { headers, value } = originals[which % originals.length] as WireRecord;
    return { headers, value: changes.reduce(mutate, value ?? Buffer.alloc(0)) };
  });
