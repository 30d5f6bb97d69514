import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_LOG } from '../../../../src/domain/log.js';
import { letterOf, recordOf } from '../../../../src/intake/kafka/dead-letter.js';
import { interpret } from '../../../../src/intake/kafka/interpret.js';
import { receiptOf } from '../../../../src/intake/kafka/receipt-time.js';
import type { WireRecord } from '../../../../src/intake/wire/decode-record.js';
import { toJsonText } from '../../../../src/intake/wire/json-text.js';
import { readJson } from '../../../../src/intake/wire/read-json.js';
import { noRemoteEffects } from '../../../support/scripted-kafka.js';
import { hostile, mutated, withFormat } from '../../../support/wire-mutations.js';
import { decodedOrReason, losslessJson } from '../../../support/wire-records.js';

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

describe('whatever the bytes, decoding gives a message or a reason', () => {
  it(`for captured records, changed (${RUNS} runs)`, () => {
    fc.assert(fc.property(mutated, check), { numRuns: RUNS });
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

describe('whatever stands beside the bytes', () => {
  const log = {
    ...NO_LOG,
    error: () => expect.unreachable('a record that the server does not understand'),
  };
  const options = {
    partition: { cluster: 'c', topic: 't', partition: 0 },
    isFiredrill: false,
    guard: { admit: () => 'none set' as const },
    remote: noRemoteEffects,
    allowedBrokers: [],
    commandMaxAge: 3_600_000,
    now: Date.now,
    log,
  };
  const incoming = ({
    key: _,
    timestamp,
    ...record
  }: typeof hostile extends fc.Arbitrary<infer Value> ? Value : never) => ({
    ...record,
    offset: 0n,
    timestamp: timestamp ?? '-1',
    receivedMs: receiptOf(timestamp ?? '-1'),
  });

  it(`a record is interpreted, and received now or before (${RUNS / 10} runs)`, () => {
    fc.assert(
      fc.property(hostile, (record) => {
        const now = Date.now();
        const received = incoming(record);
        expect(received.receivedMs).toBeGreaterThanOrEqual(Date.UTC(2016, 0, 1));
        expect(received.receivedMs).toBeLessThanOrEqual(Date.now());
        const { item } = interpret(received, options);
        if (!('command' in item) || !('receivedTime' in item.command)) return;
        const posix = Number(item.command.receivedTime / 1_000_000n) - 37_000;
        expect(posix).toBeLessThanOrEqual(now + 1_000);
      }),
      { numRuns: RUNS / 10 },
    );
  });

  it('its letter keeps headers and value', () => {
    fc.assert(
      fc.property(hostile, (record) => {
        const letter = letterOf(incoming(record), options.partition);
        expect(letter.headers.map(([name]) => name)).toEqual(
          Object.entries(record.headers).flatMap(([name, values]) =>
            (Array.isArray(values) ? values : [values]).map(() => name),
          ),
        );
        expect(letterOf(recordOf(letter), options.partition)).toEqual(letter);
      }),
      { numRuns: RUNS / 100 },
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
