/** No topic of the collaboration takes larger messages: Kafka's own default is 1 MiB. */
export const MAXIMUM_BYTES = 8 * 1024 * 1024;

/** How deep arrays and objects may nest, as over REST. */
export const MAXIMUM_DEPTH = 64;

/** Keys of one object: each of very many takes several times as long as one of a few. */
export const MAXIMUM_KEYS = 10_000;

/** Beyond 1,023 bits an integer is infinite to every reader that takes numbers as doubles. */
export const MAXIMUM_INTEGER_DIGITS = 308;
export const MAXIMUM_INTEGER_BYTES = 128;

/** A reference takes two bytes and stands for any amount of text: how much a record of so many bytes may become. */
export function maximumExpansion(bytes: number): number {
  return 16 * bytes + 65_536;
}
