import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireRecord } from '../../src/intake/wire/decode-record.js';
import { toJsonText } from '../../src/intake/wire/json-text.js';
import { readJson } from '../../src/intake/wire/read-json.js';
import { AVRO_FILES, CAPTURED, decodedOrReason, losslessJson, PICKLES } from '../support/wire-records.js';

const RUNS = Number(process.env['WIRE_FUZZ_RUNS'] ?? 20_000);

const FORMATS = ['json', 'blob', 'avro', undefined];

/** Either a reason, or a value that goes through JSON text unharmed. Anything else thrown fails the test. */
function check(record: WireRecord): void {
  const value = decodedOrReason(record);
  if (typeof value === 'string') return;
  const text = toJsonText(value);
  expect(readJson(text)).toEqual(value);
  expect(losslessJson(text)).toEqual(value);
}

const originals: readonly WireRecord[] = [
  ...CAPTURED.map(({ record }) => record).filter(({ value }) => value !== null && value.length < 2_000),
  ...PICKLES.filter(({ bytes }) => bytes.length < 2_000).map(({ bytes }) => withFormat('blob', bytes)),
  ...AVRO_FILES.map(({ bytes }) => withFormat('avro', bytes)),
];

function withFormat(format: string | undefined, value: Buffer): WireRecord {
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

describe('whatever the bytes, decoding gives a message or a reason', () => {
  it(`for captured records, changed (${RUNS} runs)`, () => {
    fc.assert(
      fc.property(place, fc.array(mutation, { minLength: 1, maxLength: 4 }), (which, changes) => {
        const { headers, value } = originals[which % originals.length] as WireRecord;
        check({ headers, value: changes.reduce(mutate, value ?? Buffer.alloc(0)) });
      }),
      { numRuns: RUNS },
    );
  });

  it('for any bytes of any format', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FORMATS), fc.uint8Array({ maxLength: 300 }), (format, bytes) => {
        check(withFormat(format, Buffer.from(bytes)));
      }),
      { numRuns: Math.ceil(RUNS / 10) },
    );
  });

  it('for any program of pickle opcodes', () => {
    const opcodes = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 });
    fc.assert(
      fc.property(opcodes, (pieces) => {
        check(withFormat('blob', Buffer.concat([Buffer.from([0x80, 4]), ...pieces, Buffer.from('.')])));
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  });

  it('for any JSON, as it was meant', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 8 }),
        fc.constantFrom(...FORMATS.filter((it) => it !== 'avro')),
        (meta, format) => {
          const text = JSON.stringify({ meta });
          fc.pre(!text.includes('__proto__') && !text.includes('\\u0000') && !/\\ud[89a-f]/.test(text));
          expect(decodedOrReason(withFormat(format, Buffer.from(text)))).toEqual(losslessJson(text));
        },
      ),
      { numRuns: Math.ceil(RUNS / 20) },
    );
  });
});

/** Opcodes with arguments, such that programs go on for a while before they fail. */
const PIECES: readonly Buffer[] = [
  ...'N()]}tesua0b.R1'.split('').map((one) => Buffer.from(one)),
  ...[0x81, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8f, 0x90, 0x91, 0x93, 0x94].map((code) => Buffer.from([code])),
  Buffer.from('q\x00', 'latin1'),
  Buffer.from('h\x00', 'latin1'),
  Buffer.from('h\x01', 'latin1'),
  Buffer.from('K\x07', 'latin1'),
  Buffer.from('\x8c\x01k', 'latin1'),
  Buffer.from('\x8c\x08__dict__', 'latin1'),
  Buffer.from('\x8c\x09__proto__', 'latin1'),
  Buffer.from('csnews.models.messages\nTier\n'),
  Buffer.from('csnews.models.messages\nHeartbeatMessage\n)\x81', 'latin1'),
  Buffer.from('cbuiltins\nset\n'),
];
