/** Bytes that are not what the protocol says: the message tells people why. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}
