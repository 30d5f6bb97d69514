/**
 * - `empty`: there is no value
 * - `unknown format`: marked as something that this server doesn't read
 * - `malformed`: not what it is marked as, or more or other than a message may hold
 * - `refused`: a pickle that refers to something beyond the collaboration's messages
 */
export type DecodeReason = 'empty' | 'unknown format' | 'malformed' | 'refused';

/** A record that carries no message. The text never quotes values: they may hold a password. */
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
