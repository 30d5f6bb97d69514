import { DecodeError, malformed } from '../decode-error.js';
import { maximumExpansion } from '../limits.js';
import { PickleBytes } from './byte-reader.js';
import { Machine } from './machine.js';
import { Opcode, OUTSIDE } from './opcodes.js';
import { OPERATIONS } from './operations.js';
import { toPlain } from './to-plain.js';
import type { PickleValue } from './values.js';

/** True if the bytes begin like a pickle of protocol 2 or later. UTF-8 never begins like that. */
export function isPickle(bytes: Buffer): boolean {
  return bytes[0] === Opcode.PROTO;
}

/**
 * Decodes a pickle of protocol 2 to 5 to JSON values. It is interpreted by a machine that can't run code: the names that
 * messages need are symbols to it, and any other name is rejected.
 * @throws DecodeError malformed or refused
 */
export function decodePickle(bytes: Buffer): unknown {
  const reader = new PickleBytes(bytes);
  reader.opcode();
  const protocol = reader.uint8();
  if (protocol < 2 || protocol > 5) throw malformed(`The pickle is of protocol ${protocol}, not 2 to 5.`);
  const value = run(reader, new Machine(bytes.length));
  if (!reader.isAtEnd) throw malformed('Something follows the pickle.');
  return toPlain(value, maximumExpansion(bytes.length));
}

function run(reader: PickleBytes, machine: Machine): PickleValue {
  for (let opcode = reader.opcode(); opcode !== Opcode.STOP; opcode = reader.opcode()) {
    const operation = OPERATIONS[opcode];
    if (operation === undefined) throw unknownOpcode(opcode);
    operation(machine, reader);
  }
  return machine.stop();
}

function unknownOpcode(opcode: number): DecodeError {
  if (OUTSIDE.has(opcode)) return new DecodeError('refused', 'The pickle refers to something outside itself.');
  return malformed(`The pickle holds the byte 0x${opcode.toString(16)} where an opcode stands.`);
}
