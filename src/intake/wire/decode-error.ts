/**
 * - `empty`: there is no value
 * - `unknown format`: marked as a format that this server does not read
 * - `malformed`: not in the format that it is marked as, or not what a message may hold
 * - `refused`: a pickle that refers to something beyond the collaboration's messages
 */
export type DecodeReason = 'empty' | 'unknown format' | 'malformed' | 'refused';

/** A record from which no message can be decoded. The text never quotes values, which may hold a password. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  constructor(
    readonly reason: DecodeReason,
    message: string,
  ) {
    super(message);
  }
}

export function malformed(message: string): DecodeError {
  return new DecodeError('malformed', message);
}

/** A name from the record, short and safe to log. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}
