import { malformed } from './decode-error.js';
import { MAXIMUM_KEYS } from './limits.js';

export type JsonObject = Record<string, unknown>;

/** @throws DecodeError if an object has more keys than any message needs */
export function requireFewKeys(keys: number): void {
  if (keys > MAXIMUM_KEYS) throw malformed(`An object has more than ${MAXIMUM_KEYS} keys.`);
}

/**
 * Sets a key of an object made from a record. `__proto__` is dropped: no message has it, and careless copying of the object
 * would change a prototype.
 */
export function setKey(object: JsonObject, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
}
