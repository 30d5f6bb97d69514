import { createHash, timingSafeEqual } from 'node:crypto';
import { Sparing } from '../../kafka/sparing.js';

/** Nobody is locked out for what others guess: only its length protects a password. */
const LEAST_LENGTH = 16;
const MINUTE_MILLISECONDS = 60_000;

interface Log {
  warn(details: object, message: string): void;
}

export type Admission = 'admitted' | 'wrong' | 'not kept' | 'none set';

/** Guards the commands that come over Kafka with a password. */
export interface PasswordGuard {
  admit(given: unknown): Admission;
}

/**
 * @param password undefined: nobody is admitted
 * @param now milliseconds of a clock that is never set
 */
export function createPasswordGuard(password: string | undefined, log: Log, now?: () => number): PasswordGuard {
  const expected = password === undefined ? undefined : digest(password);
  const sparing = new Sparing(now, MINUTE_MILLISECONDS);
  if (isShort(password)) log.warn({ leastLength: LEAST_LENGTH }, 'kafka:short-password');
  return {
    admit(given) {
      if (expected === undefined) return 'none set';
      // Digests are of one length, so that nothing tells how much of a password is right.
      if (typeof given === 'string' && timingSafeEqual(digest(given), expected)) return 'admitted';
      const told = sparing.again('wrong password');
      if (told !== undefined) log.warn(told, 'kafka:wrong-password');
      return 'wrong';
    },
  };
}

/** Whoever may write to the topic can try as many as the server reads: docs/kafka.md tells how long that takes. */
export function isShort(password: string | undefined): boolean {
  return password !== undefined && password.length < LEAST_LENGTH;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
