import type { PickleBytes } from './byte-reader.js';
import type { Machine } from './machine.js';
import { Opcode } from './opcodes.js';
import { Bytes } from './values.js';

type Operation = (machine: Machine, reader: PickleBytes) => void;

const operations: Readonly<Record<number, Operation>> = {
  [Opcode.FRAME]: (_, reader) => reader.frame(),

  [Opcode.NONE]: (machine) => machine.push(null),
  [Opcode.NEWTRUE]: (machine) => machine.push(true),
  [Opcode.NEWFALSE]: (machine) => machine.push(false),
  [Opcode.BININT]: (machine, reader) => machine.push(reader.int32()),
  [Opcode.BININT1]: (machine, reader) => machine.push(reader.uint8()),
  [Opcode.BININT2]: (machine, reader) => machine.push(reader.uint16()),
  [Opcode.LONG1]: (machine, reader) => machine.push(reader.integer(reader.uint8())),
  [Opcode.LONG4]: (machine, reader) => machine.push(reader.integer(reader.uint32())),
  [Opcode.BINFLOAT]: (machine, reader) => machine.push(reader.float()),
  [Opcode.SHORT_BINUNICODE]: (machine, reader) => machine.push(reader.text(reader.uint8())),
  [Opcode.BINUNICODE]: (machine, reader) => machine.push(reader.text(reader.uint32())),
  [Opcode.BINUNICODE8]: (machine, reader) => machine.push(reader.text(reader.size64())),
  [Opcode.SHORT_BINBYTES]: (machine, reader) => bytes(machine, reader, reader.uint8()),
  [Opcode.BINBYTES]: (machine, reader) => bytes(machine, reader, reader.uint32()),
  [Opcode.BINBYTES8]: (machine, reader) => bytes(machine, reader, reader.size64()),
  [Opcode.BYTEARRAY8]: (machine, reader) => bytes(machine, reader, reader.size64()),

  [Opcode.MARK]: (machine) => machine.mark(),
  [Opcode.POP]: (machine) => machine.popValueOrMark(),
  [Opcode.POP_MARK]: (machine) => machine.popToMark(),

  [Opcode.BINPUT]: (machine, reader) => machine.remember(reader.uint8()),
  [Opcode.LONG_BINPUT]: (machine, reader) => machine.remember(reader.uint32()),
  [Opcode.MEMOIZE]: (machine) => machine.memoize(),
  [Opcode.BINGET]: (machine, reader) => machine.recall(reader.uint8()),
  [Opcode.LONG_BINGET]: (machine, reader) => machine.recall(reader.uint32()),

  [Opcode.EMPTY_TUPLE]: (machine) => machine.pushNew('tuple', []),
  [Opcode.TUPLE1]: (machine) => machine.pushNew('tuple', machine.popMany(1)),
  [Opcode.TUPLE2]: (machine) => machine.pushNew('tuple', machine.popMany(2)),
  [Opcode.TUPLE3]: (machine) => machine.pushNew('tuple', machine.popMany(3)),
  [Opcode.TUPLE]: (machine) => machine.pushNew('tuple', machine.popToMark()),
  [Opcode.EMPTY_LIST]: (machine) => machine.pushNew('list', []),
  [Opcode.APPEND]: (machine) => machine.append(machine.popMany(1)),
  [Opcode.APPENDS]: (machine) => machine.append(machine.popToMark()),
  [Opcode.EMPTY_SET]: (machine) => machine.pushNew('set', []),
  [Opcode.ADDITEMS]: (machine) => machine.addItems(machine.popToMark()),
  [Opcode.FROZENSET]: (machine) => machine.pushNew('set', machine.popToMark()),
  [Opcode.EMPTY_DICT]: (machine) => machine.pushNew('dict', []),
  [Opcode.SETITEM]: (machine) => machine.setItems(machine.popMany(2)),
  [Opcode.SETITEMS]: (machine) => machine.setItems(machine.popToMark()),

  [Opcode.GLOBAL]: (machine, reader) => machine.pushName([reader.line(), reader.line()]),
  [Opcode.STACK_GLOBAL]: (machine) => machine.pushName(machine.popMany(2)),
  [Opcode.NEWOBJ]: (machine) => machine.newObject(machine.popMany(2)),
  [Opcode.REDUCE]: (machine) => machine.call(machine.popMany(2)),
  [Opcode.BUILD]: (machine) => machine.build(machine.pop()),
};

/** The operation of each opcode, by its byte. */
export const OPERATIONS: readonly (Operation | undefined)[] = Array.from(
  { length: 256 },
  (_, code) => operations[code],
);

function bytes(machine: Machine, reader: PickleBytes, length: number): void {
  reader.skip(length);
  machine.push(new Bytes());
}
