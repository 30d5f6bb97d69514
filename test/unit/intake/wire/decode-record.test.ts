import { describe, expect, it } from 'vitest';
import { readMessage } from '../../../../src/domain/messages/any-message.js';
import { MessageError } from '../../../../src/domain/messages/message-error.js';
import { maskPasswords } from '../../../../src/domain/messages/passwords.js';
import { decodeRecord, type WireRecord } from '../../../../src/intake/wire/decode-record.js';
import type { RecordHeaders } from '../../../../src/intake/wire/hop.js';
import { toJsonText } from '../../../../src/intake/wire/json-text.js';
import { readJson } from '../../../../src/intake/wire/read-json.js';
import { hopHeaders } from '../../../../src/kafka/hop-headers.js';
import { AVRO_FILES, CAPTURED, decodedOrReason, losslessJson } from '../../../support/wire-records.js';

const record = (value: string | Buffer, headers?: RecordHeaders): WireRecord => ({
  headers,
  value: Buffer.from(value as string),
});
const json = (text: string) => decodedOrReason(record(text, { _format: Buffer.from('json') }));
const number = (text: string) => readJson(text);

describe('a record captured from a broker', () => {
  it.each(CAPTURED)('$name', ({ record, expect: { json, error } }) => {
    expect(decodedOrReason(record)).toEqual(json ?? error);
  });

  it.each(CAPTURED.filter(({ expect: { json } }) => json !== undefined))(
    'is stored as JSON text without loss, its password masked: $name',
    ({ record, expect: { json } }) => {
      const stored = losslessJson(toJsonText(maskPasswords(decodeRecord(record).value)));
      expect(stored).toEqual(json !== undefined && 'pass' in json ? { ...json, pass: '***' } : json);
    },
  );

  it('says who sent it and which message it is', () => {
    const [first] = CAPTURED;
    expect(first && decodeRecord(first.record)).toMatchObject({
      id: '366ad415-4df7-44df-89a7-1a3083bf3b7c',
      sender: 'alice',
      isTest: false,
    });
  });

  it('is malformed where JSON is cut short', () => {
    const texts = CAPTURED.filter(({ record: { value }, expect: { json } }) => json && value?.[0] !== 0x80);
    expect(texts.length).toBeGreaterThan(8);
    for (const { name, record } of texts) {
      for (let length = 1; length < (record.value?.length ?? 0); length++) {
        const reason = decodedOrReason({ ...record, value: record.value?.subarray(0, length) ?? null });
        expect(reason, `${length} bytes of ${name}`).toBe('malformed');
      }
    }
  });
});

describe('headers', () => {
  const value = '{"id":"0_x"}';
  const id = Buffer.from('6ad41500112233445566778899aabbcc', 'hex');

  it.each<[string, RecordHeaders | undefined, object]>([
    ['none', undefined, { id: undefined, sender: undefined, isTest: false }],
    ['as text', { _format: 'json', _sender: 'bob', _test: 'true' }, { id: undefined, sender: 'bob', isTest: true }],
    [
      'several of one name: the first counts',
      { _format: ['json', 'avro'], _id: [id, Buffer.alloc(16)] },
      {
        id: '6ad41500-1122-3344-5566-778899aabbcc',
      },
    ],
    [
      'without a value',
      { _format: undefined, _id: undefined, _sender: undefined, _test: undefined },
      {
        id: undefined,
        sender: undefined,
        isTest: true,
      },
    ],
    ['an empty array', { _id: [], _sender: [] }, { id: undefined, sender: undefined }],
    ['an id of another length', { _id: Buffer.alloc(15) }, { id: undefined }],
    ['a sender that is no text', { _sender: Buffer.from('a\0b') }, { sender: undefined }],
    ['a format in capitals', { _format: Buffer.from('JSON') }, {}],
  ])('%s', (_name, headers, about) => {
    expect(decodeRecord(record(value, headers))).toMatchObject({ value: { id: '0_x' }, ...about });
  });

  it('go out as hop-client writes them', () => {
    const { headers } = CAPTURED[0]?.record ?? {};
    const own = { id: '366ad415-4df7-44df-89a7-1a3083bf3b7c', sender: 'alice' };
    expect(hopHeaders({ ...own, isTest: false })).toEqual({ ...headers, _format: Buffer.from('json') });
    expect(hopHeaders({ ...own, isTest: true })['_test']).toEqual(Buffer.from('true'));
    expect(() => hopHeaders({ ...own, id: 'x', isTest: false })).toThrow(TypeError);
  });

  it('come back as they went out', () => {
    const about = { id: '366ad415-4df7-44df-89a7-1a3083bf3b7c', sender: 'μ', isTest: true };
    expect(decodeRecord(record(value, hopHeaders(about)))).toMatchObject(about);
  });
});

describe('JSON', () => {
  it.each([
    ['0', 0],
    ['-0.0', -0],
    ['-12', -12],
    ['1.5e3', 1500],
    ['1E-2', 0.01],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['-9007199254740993', -9007199254740993n],
    ['9007199254740993.0', 9007199254740992],
    [`1${'0'.repeat(307)}`, 10n ** 307n],
  ])('number %s', (text, value) => {
    expect(number(text)).toBe(value);
    expect(number(toJsonText(value))).toBe(value);
  });

  it.each([
    '01',
    '-',
    '1.',
    '.5',
    '+1',
    '1e',
    '1e+',
    '0x10',
    'NaN',
    'Infinity',
    '1e400',
    `1${'0'.repeat(308)}`,
    '',
    ' ',
    '{',
    '[',
    '[1',
    '[1,',
    '[1,]',
    '[1 2]',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '{"a":1 "b":2}',
    '"',
    '"\\"',
    '"\\x"',
    '"\\u12"',
    '"\n"',
    '"\t"',
    'nul',
    'truee',
    '[]]',
    '\u00a01',
    '\ufeff1',
    '"\\u0000"',
    '"\\ud800"',
  ])('is not %j', (text) => {
    expect(() => readJson(text)).toThrow(expect.objectContaining({ reason: 'malformed' }));
  });

  it('is read as any other reader does', () => {
    const text = ' {"a" : [ ] , "b":{},"":"\\u03bc\\n\\ud83d\\ude00\\/", "c":[true,false,null,"é"],"a":[[1]]}\r\n';
    expect(readJson(text)).toEqual(JSON.parse(text));
  });

  it('changes no prototype', () => {
    const value = json(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"meta":{"__proto__":2}}',
    );
    expect(value).toEqual({ constructor: { prototype: { polluted: 1 } }, meta: {} });
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  it('may stand in strings, but not without end', () => {
    const wrapped = (strings: number) => {
      let text = '{"id":"0_x"}';
      for (let i = 0; i < strings; i++) text = JSON.stringify(text);
      return json(text);
    };
    expect([1, 3].map(wrapped)).toEqual([{ id: '0_x' }, { id: '0_x' }]);
    expect([4, 5].map(wrapped)).toEqual(['malformed', 'malformed']);
  });

  it('nests 64 levels and no more', () => {
    const nested = (levels: number) => json(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);
    expect([nested(64), nested(65)]).toEqual([expect.any(Object), 'malformed']);
  });

  it('has 10,000 keys in an object and no more', () => {
    const keyed = (keys: number) => json(`{${Array.from({ length: keys }, (_, i) => `"${i}":1`).join()}}`);
    expect([keyed(10_000), keyed(10_001)]).toEqual([expect.any(Object), 'malformed']);
  });
});

describe('the wrapper of old hop-clients, which is known by having no header', () => {
  const decoded = (value: unknown, headers?: RecordHeaders) => decodedOrReason(record(JSON.stringify(value), headers));
  const content = { id: '0_x' };

  it.each([
    ['json', content],
    ['blob', content],
    ['json', JSON.stringify(content)],
  ])('%s', (format, wrapped) => {
    expect(decoded({ format, content: wrapped })).toEqual(content);
  });

  it('of another format is unknown', () => {
    expect(decoded({ format: 'voevent', content })).toBe('unknown format');
  });

  it('is a message itself where there is a header, or where it names no format', () => {
    expect(decoded({ format: 'json', content }, { _format: 'json' })).toEqual({ format: 'json', content });
    expect(decoded({ format: 1, content })).toEqual({ format: 1, content });
    expect(decoded({ format: 'json' })).toEqual({ format: 'json' });
  });
});

describe('Avro', () => {
  const avro = (bytes: Buffer) => decodedOrReason(record(bytes, { _format: 'avro' }));
  const file = (schema: unknown, data: number[], { codec = 'null', records = 1 } = {}) => {
    const text = (value: string) => Buffer.concat([varint(value.length), Buffer.from(value)]);
    const entries = [text('avro.codec'), text(codec), text('avro.schema'), text(JSON.stringify(schema))];
    const head = [Buffer.from('Obj\x01'), varint(2), ...entries, varint(0), Buffer.alloc(16, 7)];
    return Buffer.concat([...head, varint(records), varint(data.length), Buffer.from(data), Buffer.alloc(16, 7)]);
  };
  const field = (type: unknown) => ({ type: 'record', name: 'r', fields: [{ name: 'a', type }] });

  it.each(AVRO_FILES)('$name', ({ bytes, json }) => {
    expect(avro(bytes)).toEqual(json);
    for (let length = 1; length < bytes.length; length++) expect(avro(bytes.subarray(0, length))).toBe('malformed');
  });

  it.each<[string, Buffer, string]>([
    ['bytes', file(field('bytes'), [2, 1]), 'malformed'],
    ['fixed', file(field({ type: 'fixed', name: 'f', size: 1 }), [1]), 'malformed'],
    ['not a number', file(field('double'), [0, 0, 0, 0, 0, 0, 0xf8, 0x7f]), 'malformed'],
    ['a boolean of 2', file(field('boolean'), [2]), 'malformed'],
    ['an integer without end', file(field('long'), Array(11).fill(0x80)), 'malformed'],
    ['a text of negative length', file(field('string'), [1]), 'malformed'],
    ['a text with NUL', file(field('string'), [2, 0]), 'malformed'],
    ['a choice that is not offered', file(field(['null']), [2]), 'malformed'],
    ['nothing to choose from', file(field([]), [0]), 'malformed'],
    ['more than its record', file(field('null'), [0]), 'malformed'],
    ['no object', file('long', [2]), 'malformed'],
    ['two records', file(field('null'), [], { records: 2 }), 'malformed'],
    ['no record', file(field('null'), [], { records: 0 }), 'malformed'],
    ['compressed', file(field('null'), [], { codec: 'deflate' }), 'unknown format'],
    ['an unknown type', file(field('Nobody'), []), 'malformed'],
    ['a schema of a number', file(1, []), 'malformed'],
    ['an enum without symbols', file(field({ type: 'enum', name: 'e' }), [0]), 'malformed'],
    ['an enum of numbers', file(field({ type: 'enum', name: 'e', symbols: [1] }), [0]), 'malformed'],
    ['fields that are none', file({ type: 'record', name: 'r', fields: [null] }, []), 'malformed'],
    [
      '2^40 nulls',
      file(field({ type: 'array', items: 'null' }), [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1, 0]),
      'malformed',
    ],
    ['a record that holds itself', file(field('r'), []), 'malformed'],
  ])('that holds %s is not taken', (_name, bytes, reason) => {
    expect(avro(bytes)).toBe(reason);
  });

  it('has 10,000 keys in a map and no more', () => {
    const key = [2, 0x61, 2];
    const map = (keys: number) =>
      avro(file({ type: 'map', values: 'long' }, [...varint(keys), ...Array(keys).fill(key).flat(), 0]));
    expect([map(10_000), map(10_001)]).toEqual([{ a: 1 }, 'malformed']);
  });

  it('changes no prototype', () => {
    const map = { type: 'map', values: { type: 'map', values: 'long' } };
    const key = [18, ...Buffer.from('__proto__')];
    const value = avro(file(map, [2, ...key, 2, ...key, 2, 0, 0]));
    expect([value, Object.getPrototypeOf(value)]).toEqual([{}, Object.prototype]);
  });
});

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value * 2;
  for (; left >= 0x80; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return Buffer.from([...bytes, left]);
}

describe('integers beyond 2^53', () => {
  const big = 9007199254740993n;

  it('never make reading a message fail otherwise than as a message', () => {
    const base = { tier: 'CoincidenceTier', detector_name: 'LVD', neutrino_time_utc: '2030-01-01T00:00:00Z' };
    expect(readMessage({ ...base, unknown: big, meta: { run: big } })).toMatchObject({
      message: { meta: { run: big } },
    });
    for (const name of ['detector_name', 'p_val', 'id', 'uuid', 'is_test', 'meta', 'tier', 'machine_time_utc']) {
      expect(() => readMessage({ ...base, [name]: big }), name).toThrow(MessageError);
    }
    expect(() => readMessage({ id: '0_hard-reset', is_test: big })).toThrow(MessageError);
  });
});

it('a record larger than any topic takes is not read', () => {
  expect(decodedOrReason(record(Buffer.alloc(8 * 1024 * 1024 + 1, 0x20)))).toBe('malformed');
});
