export type JsonObject = Record<string, unknown>;

/**
 * Sets a key of an object made from a record. `__proto__` is dropped: no message has it, and whoever copies the
 * object carelessly would change a prototype.
 */
export function setKey(object: JsonObject, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
}
