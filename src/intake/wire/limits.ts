/** No topic of the collaboration accepts larger messages; Kafka's default is 1 MiB. */
export const MAXIMUM_BYTES = 8 * 1024 * 1024;

/** The largest number of keys of an object: with very many keys each takes several times as long. */
export const MAXIMUM_KEYS = 10_000;

/** A binary integer of more than 1,023 bits is infinite for every reader that parses numbers as doubles. */
export const MAXIMUM_INTEGER_BYTES = 128;

/**
 * The largest JSON text, in characters, that a pickle of so many bytes may become: in a pickle a reference of two bytes can
 * stand for any amount of text.
 */
export function maximumExpansion(bytes: number): number {
  return 16 * bytes + 65_536;
}
