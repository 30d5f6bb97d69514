import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../../src/intake/wire/decode-error.js';
import { decodeRecord } from '../../../../src/intake/wire/decode-record.js';
import { blob, CAPTURED, decodedOrReason, PICKLES } from '../../../support/wire-records.js';

/** Bytes of a pickle, written down as numbers (bytes) and text (as UTF-8). */
type Piece = number | string | Buffer | readonly Piece[];

const bytes = (...pieces: readonly Piece[]): Buffer =>
  Buffer.concat(
    pieces.map((piece) => {
      if (typeof piece === 'number') return Buffer.from([piece]);
      if (typeof piece === 'string' || Buffer.isBuffer(piece)) return Buffer.from(piece as string);
      return bytes(...piece);
    }),
  );

const PROTO4 = [0x80, 4];
const STOP = '.';
const MEMOIZE = 0x94;
const uint32 = (value: number) => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
};
const size64 = (value: number) => bytes(uint32(value % 2 ** 32), uint32(Math.floor(value / 2 ** 32)));
const text = (value: string) => bytes(0x8c, Buffer.byteLength(value), value);
const name = (module: string, member: string) => bytes(text(module), text(member), 0x93);
const repeat = (count: number, ...pieces: readonly Piece[]) => Buffer.concat(Array(count).fill(bytes(...pieces)));

const run = (...pieces: readonly Piece[]) => decodedOrReason(blob(bytes(...pieces)));
/** A dict whose key `x` is what the pieces leave on the stack. */
const holding = (...pieces: readonly Piece[]) => bytes(PROTO4, '}', text('x'), ...pieces, 's', STOP);
const x = (...pieces: readonly Piece[]) => {
  const value = decodedOrReason(blob(holding(...pieces)));
  return typeof value === 'object' && value !== null ? (value as { x: unknown }).x : value;
};

const MESSAGE = name('snews.models.messages', 'HeartbeatMessage');
const SET = name('builtins', 'set');

describe('what Python pickles', () => {
  it.each(PICKLES)('$name', ({ bytes, json }) => {
    expect(decodedOrReason(blob(bytes))).toEqual(json);
  });
});

describe('each opcode', () => {
  it.each<[string, readonly Piece[], unknown]>([
    ['NONE', ['N'], null],
    ['NEWTRUE', [0x88], true],
    ['NEWFALSE', [0x89], false],
    ['BININT', ['J', [0xfe, 0xff, 0xff, 0xff]], -2],
    ['BININT1', ['K', 255], 255],
    ['BININT2', ['M', 1, 2], 513],
    ['LONG1 of no bytes', [0x8a, 0], 0],
    ['LONG1', [0x8a, 2, 0, 0xff], -256],
    ['LONG1 of 7 bytes, safe', [0x8a, 7, [255, 255, 255, 255, 255, 255, 31]], 9007199254740991],
    ['LONG1 of 7 bytes, beyond', [0x8a, 7, [1, 0, 0, 0, 0, 0, 32]], 9007199254740993n],
    ['LONG4', [0x8b, uint32(8), [255, 255, 255, 255, 255, 255, 223, 255]], -9007199254740993n],
    ['BINFLOAT', ['G', [0x3f, 0xf8, 0, 0, 0, 0, 0, 0]], 1.5],
    ['SHORT_BINUNICODE', [text('μ\ufffd')], 'μ\ufffd'],
    ['BINUNICODE', ['X', uint32(2), 'ab'], 'ab'],
    ['BINUNICODE8', [0x8d, size64(2), 'ab'], 'ab'],
    ['EMPTY_LIST, APPEND', [']', 'K', 1, 'a'], [1]],
    ['MARK, APPENDS', [']', '(', 'K', 1, 'K', 2, 'e'], [1, 2]],
    ['EMPTY_TUPLE', [')'], []],
    ['TUPLE1', ['K', 1, 0x85], [1]],
    ['TUPLE2', ['K', 1, 'K', 2, 0x86], [1, 2]],
    ['TUPLE3', ['K', 1, 'K', 2, 'K', 3, 0x87], [1, 2, 3]],
    ['TUPLE', ['(', 'K', 1, 't'], [1]],
    ['EMPTY_SET, ADDITEMS', [0x8f, '(', 'K', 1, 0x90], [1]],
    ['FROZENSET', ['(', 'K', 1, 0x91], [1]],
    ['EMPTY_DICT, SETITEM', ['}', text('k'), 'N', 's'], { k: null }],
    ['SETITEMS', ['}', '(', text('k'), 'K', 1, text('k'), 'K', 2, 'u'], { k: 2 }],
    ['POP', ['K', 1, 'K', 2, '0'], 1],
    ['POP of a mark', ['K', 1, '(', '0'], 1],
    ['POP_MARK', ['K', 1, '(', 'K', 2, '1'], 1],
    ['BINPUT, BINGET', ['K', 1, 'q', 7, '0', 'h', 7], 1],
    ['LONG_BINPUT, LONG_BINGET', ['K', 1, 'r', uint32(70_000), '0', 'j', uint32(70_000)], 1],
    ['MEMOIZE', ['K', 1, MEMOIZE, '0', 'h', 0], 1],
    ['FRAME', [0x95, size64(2), 'K', 1], 1],
    ['GLOBAL, REDUCE', ['csnews.models.messages\nTier\n', text('Heartbeat'), 0x85, 'R'], 'Heartbeat'],
    ['STACK_GLOBAL', [name('snews.models.detectors', 'DetectionChannel'), text('NC'), 0x85, 'R'], 'NC'],
    ['REDUCE of set', ['c__builtin__\nset\n', ']', 'K', 1, 'a', 0x85, 'R'], [1]],
    ['NEWOBJ, BUILD', [MESSAGE, ')', 0x81, '}', text('__dict__'), '}', text('k'), 'K', 1, 's', 's', 'b'], { k: 1 }],
  ])('%s', (_name, pieces, value) => {
    expect(x(...pieces)).toEqual(value);
  });

  it.each<[string, readonly Piece[]]>([
    ['bytes', ['C', 1, 'a']],
    ['long bytes', ['B', uint32(1), 'a']],
    ['longer bytes', [0x8e, size64(1), 'a']],
    ['a bytearray', [0x96, size64(1), 'a']],
    ['not a number', ['G', [0x7f, 0xf8, 0, 0, 0, 0, 0, 0]]],
    ['infinity', ['G', [0x7f, 0xf0, 0, 0, 0, 0, 0, 0]]],
    ['a NUL', [text('a\0b')]],
    ['a lone surrogate', [0x8c, 3, [0xed, 0xa0, 0x80]]],
    ['an integer of 129 bytes', [0x8a, 129, Buffer.alloc(129, 1)]],
    ['an integer of a negative size', [0x8b, [255, 255, 255, 255]]],
    ['a class', [SET]],
    ['a message without state', [MESSAGE, ')', 0x81]],
    ['a key that is a list', ['}', ']', 'N', 's']],
    ['a key that is half a number', ['}', 'G', [0x3f, 0xe0, 0, 0, 0, 0, 0, 0], 'N', 's']],
    ['itself, as a list', [']', 'q', 0, 'h', 0, 'a']],
    ['itself, as a dict', ['}', 'q', 0, text('k'), 'h', 0, 's']],
    ['itself, by a tuple', [']', 'q', 0, 'h', 0, 0x85, 'a']],
    [
      'itself, as a message',
      [MESSAGE, ')', 0x81, 'q', 0, '}', text('__dict__'), '}', text('k'), 'h', 0, 's', 's', 'b'],
    ],
  ])('may not leave %s, which JSON can not carry', (_name, pieces) => {
    expect(x(...pieces)).toBe('malformed');
  });

  it.each<[string, readonly Piece[]]>([
    ['an opcode of protocol 0', ['I1\n']],
    ['an opcode that nobody writes', ['2']],
    ['a byte that is none', [0xff]],
    ['a second protocol', [PROTO4, 'N']],
    ['a value from an empty stack', ['000', 'N']],
    ['a value from below a mark', ['(', 'a', 'N']],
    ['a mark that is not there', ['e', 'N']],
    ['what it has not remembered', ['h', 9]],
    ['APPEND to a tuple', [')', 'N', 'a']],
    ['ADDITEMS to a list', [']', '(', 'N', 0x90]],
    ['SETITEM in a list', [']', 'N', 'N', 's']],
    ['a key without a value', ['}', '(', 'N', 'u']],
    ['a name that is a number', ['K', 1, 'K', 2, 0x93]],
    ['a call of a number', ['K', 1, ')', 'R']],
    ['a call without a tuple', [SET, ']', 'R']],
    ['a call with a number', [SET, 'K', 1, 0x85, 'R']],
    ['a call of a message', [MESSAGE, ')', 'R']],
    ['a member of an enum by a number', [name('snews.models.messages', 'Tier'), 'K', 1, 0x85, 'R']],
    ['a new set', [SET, ')', 0x81]],
    ['a new message with arguments', [MESSAGE, 'N', 0x85, 0x81]],
    ['a state for a list', [']', '}', 'b']],
    ['a state that is a list', [MESSAGE, ')', 0x81, ']', 'b']],
    ['a state without __dict__', [MESSAGE, ')', 0x81, '}', 'b']],
    [
      'a state of thousands of keys',
      [MESSAGE, ')', 0x81, '}', text('__dict__'), '}', 's', '(', repeat(9_000, 'N'), 'u', 'b'],
    ],
    ['a second state', [MESSAGE, ')', 0x81, repeat(2, '}', text('__dict__'), '}', 's', 'b')]],
    ['a frame beyond the end', [0x95, size64(1_000), 'N']],
    ['a frame within a frame', [0x95, size64(11), 0x95, size64(1), 'N']],
    ['a value across the end of a frame', [0x95, size64(1), 'K', 1]],
    ['a name across the end of a frame', [0x95, size64(4), 'cbuiltins\nset\n']],
    ['a name without an end', ['cbuiltins']],
    ['a text of 4 GiB', ['X', [255, 255, 255, 255]]],
    ['a text of 2^64 bytes', [0x8d, Buffer.alloc(8, 255)]],
  ])('is malformed with %s', (_name, pieces) => {
    expect(x(...pieces)).toBe('malformed');
  });

  it.each<[string, Buffer]>([
    ['nothing but a protocol', bytes(PROTO4)],
    ['half a protocol', bytes(0x80)],
    ['nothing to stop on', bytes(PROTO4, STOP)],
    ['something left on the stack', bytes(PROTO4, '}', '}', STOP)],
    ['a mark left on the stack', bytes(PROTO4, '(', '}', STOP)],
    ['something behind its end', bytes(PROTO4, '}', STOP, STOP)],
    ['protocol 0', bytes('(dp0\nVid\np1\nV0_x\np2\ns.')],
    ['protocol 1', bytes('}q\0(X', uint32(2), 'id', 'q', 1, 'K', 1, 'u.')],
    ['a stated protocol 1', bytes(0x80, 1, '}', STOP)],
    ['protocol 6', bytes(0x80, 6, '}', STOP)],
    ['a list', bytes(PROTO4, ']', STOP)],
  ])('is no message: %s', (_name, pickle) => {
    expect(decodedOrReason(blob(pickle))).toBe('malformed');
  });

  it('takes a long series of integers beyond 2^53', () => {
    const integer = [0x8a, 8, [1, 0, 0, 0, 0, 0, 32, 0]];
    expect(x(']', '(', repeat(20_000, integer), 'e')).toEqual(Array(20_000).fill(9007199254740993n));
  });

  it('may come to a text that holds JSON, as a blob may be JSON itself', () => {
    expect(run(PROTO4, text('{"id":"0_x"}'), STOP)).toEqual({ id: '0_x' });
    expect(decodedOrReason(blob(Buffer.from('{"id":"0_x"}')))).toEqual({ id: '0_x' });
  });
});

describe('names', () => {
  it.each([
    ['os', 'system'],
    ['posix', 'system'],
    ['nt', 'system'],
    ['subprocess', 'Popen'],
    ['builtins', 'eval'],
    ['builtins', 'exec'],
    ['builtins', 'getattr'],
    ['builtins', '__import__'],
    ['builtins', 'set.__class__'],
    ['builtins', 'frozenset'],
    ['copyreg', '_reconstructor'],
    ['snews.models.messages', 'Tier.__class__'],
    ['snews.models.messages', 'Tier.__class__.__base__.__subclasses__'],
    ['snews.models.messages', 'np'],
    ['snews.models.messages', 'create_messages'],
    ['snews.models.messages', 'constructor'],
    ['snews.models.messages', '__proto__'],
    ['snews.models.detectors', 'Detector'],
    ['snews.models', 'messages.Tier'],
    ['snews.models.messages.Tier', ''],
    ['', 'set'],
    ['__proto__', 'toString'],
  ])('%s %s is refused before anything is done with it', (module, member) => {
    expect(x(name(module, member))).toBe('refused');
    expect(run(0x80, 2, `c${module}\n${member}\n`)).toBe('refused');
  });

  it('are named in the error, shortened and escaped', () => {
    const reason = (member: string) => () => decodeRecord(blob(holding(name('os', member))));
    expect(reason('sys\ntem')).toThrow(new DecodeError('refused', 'The pickle refers to "sys\\ntem" of "os".'));
    expect(reason('y'.repeat(200))).toThrow(/"y{80}…" of "os"/);
  });

  it.each<[string, readonly Piece[]]>([
    ['PERSID', ['Pid\n']],
    ['BINPERSID', ['N', 'Q']],
    ['INST', ['(', 'ios\nsystem\n']],
    ['EXT1', [0x82, 1]],
    ['EXT2', [0x83, 1, 0]],
    ['EXT4', [0x84, uint32(1)]],
  ])('may not be given otherwise: %s', (_name, pieces) => {
    expect(x(...pieces)).toBe('refused');
  });
});

describe('a pickle changes no prototype', () => {
  it('by keys', () => {
    const value = x('}', '(', text('__proto__'), '}', text('polluted'), 'K', 1, 's', text('toString'), 'K', 1, 'u');
    expect(value).toEqual({ toString: 1 });
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  it('by the state of a message', () => {
    const fields = ['}', text('__proto__'), '}', text('polluted'), 'K', 1, 's', 's'];
    expect(x(MESSAGE, ')', 0x81, '}', text('__dict__'), fields, 's', 'b')).toEqual({});
  });
});

describe('a bomb is malformed', () => {
  const doubled = (levels: number) => {
    const pieces: Piece[] = [']', text('lol'), 'a', 'q', 0];
    for (let level = 0; level < levels; level++) pieces.push('0]', '(', 'h', level, 'h', level, 'e', 'q', level + 1);
    return pieces;
  };

  it('that doubles itself level by level', () => {
    expect(x(...doubled(10))).toEqual(expect.any(Array));
    expect(x(...doubled(20))).toBe('malformed');
    expect(x(...doubled(60))).toBe('malformed');
  });

  it('that refers to one long text again and again', () => {
    const long = bytes('X', uint32(50_000), 'y'.repeat(50_000), 'q', 0);
    expect(x(']', '(', long, repeat(1_000, 'h', 0), 'e')).toBe('malformed');
  });

  it('of more than 10,000 keys in a dict', () => {
    const dict = (keys: number) => x('}', '(', ...Array.from({ length: keys }, (_, i) => [text(String(i)), 'N']), 'u');
    expect([dict(10_000), dict(10_001)]).toEqual([expect.any(Object), 'malformed']);
  });

  it('that nests 65 levels, wherever they begin', () => {
    expect(x(repeat(63, ']'), repeat(62, 'a'))).toEqual(expect.any(Array));
    expect(x(repeat(64, ']'), repeat(63, 'a'))).toBe('malformed');
    expect(x(repeat(500_000, ']'), repeat(499_999, 'a'))).toBe('malformed');
    // A part of 40 levels is made plain first, then met again 30 levels deep.
    const part = [repeat(40, ']'), repeat(39, 'a'), 'q', 0];
    expect(x('(', part, repeat(30, ']'), 'h', 0, repeat(30, 'a'), 't')).toBe('malformed');
  });

  it.each<[string, readonly Piece[]]>([
    ['lists', [repeat(150_000, ']0'), 'N']],
    ['values on the stack', ['(', repeat(300_000, 'N'), 't']],
    ['remembered values', [repeat(150_000, 'N', MEMOIZE, '0'), 'N']],
    [
      'copies of a long list',
      [']', '(', repeat(50_000, 'N'), 'e', 'q', 0, SET, 'q', 1, repeat(5, 'h', 0, 0x85, 'R', 'h', 1), '0'],
    ],
  ])('of too many %s', (_name, pieces) => {
    expect(x(...pieces)).toBe('malformed');
  });
});

it('cut anywhere, a captured pickle is malformed', () => {
  const pickles = CAPTURED.filter(({ record: { value }, expect: { json } }) => json && value?.[0] === 0x80);
  expect(pickles.length).toBeGreaterThan(15);
  for (const { record } of pickles) {
    for (let length = 1; length < (record.value?.length ?? 0); length++) {
      expect(decodedOrReason({ ...record, value: record.value?.subarray(0, length) ?? null })).toBe('malformed');
    }
  }
});
