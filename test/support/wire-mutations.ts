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

/** A record with all that a client may set of it. */
export interface HostileRecord extends WireRecord {
  readonly headers: Readonly<Record<string, Buffer | Buffer[]>>;
  readonly key: Buffer | null;
  /** As text, in milliseconds if it is what it should be; undefined: the client's clock. */
  readonly timestamp: string | undefined;
}

const bytes = (most: number) => fc.uint8Array({ maxLength: most }).map((array) => Buffer.from(array));

const headerName = fc.oneof(
  fc.constantFrom('_id', '_sender', '_format', '_test', '__proto__', 'constructor', 'toString', 'hasOwnProperty'),
  fc.constantFrom('\0', '_format\0', 'a\0b', '\uD800', 'x\uDFFF', '', 'ä', '\u2028', 'n'.repeat(5_000)),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

/** In which units and with which mistakes clocks are read. */
const timestamp = fc.oneof(
  { weight: 20, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.constantFrom('-1', '0', '1', '-62135596800000', '-9223372036854775807', '9223372036854775807'),
      fc.constantFrom('1790000000', '1790000000000000', '1790000000000000000', '253402300800000', '16725225600000'),
      fc.bigInt(-(2n ** 63n) + 1n, 2n ** 63n - 1n).map(String),
    ),
  },
);

const headers = fc.oneof(
  { weight: 30, arbitrary: fc.array(fc.tuple(headerName, bytes(40)), { maxLength: 6 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 1_000, max: 5_000 }), fc.constantFrom('\0', 'x', '_id', '__proto__'))
      .map(([count, name]) => Array.from({ length: count }, (_, i) => [`${name}${i % 3_000}`, Buffer.of(i)] as const)),
  },
);

/** Such records, with headers, stamps and keys beside them that no client of the collaboration would write. */
export const hostile: fc.Arbitrary<HostileRecord> = fc
  .tuple(mutated, headers, fc.option(bytes(2_000)), timestamp)
  .map(([record, added, key, timestamp]) => ({
    value: record.value,
    headers: withAdded(record.headers, added),
    key,
    timestamp,
  }));

function withAdded(
  own: WireRecord['headers'],
  added: readonly (readonly [string, Buffer])[],
): HostileRecord['headers'] {
  const all: Record<string, Buffer[]> = Object.create(null);
  for (const [name, value] of Object.entries(own ?? {})) all[name] = [Buffer.from(String(value))];
  for (const [name, value] of added) {
    all[name] ??= [];
    all[name].push(value);
  }
  return all;
}
