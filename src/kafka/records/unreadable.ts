/** Bytes that violate the protocol. The message tells why. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}
