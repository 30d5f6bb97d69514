import { createHash, timingSafeEqual } from 'node:crypto';
import type { Log } from '../../domain/log.js';
import { LogThrottle } from '../../kafka/log-throttle.js';

/** Wrong passwords lock nobody out, since others could cause that: only its length protects a password. */
const LEAST_LENGTH = 16;
const MINUTE_MILLISECONDS = 60_000;

export type Admission = 'admitted' | 'wrong' | 'not kept' | 'none set';

/** Checks the password of commands that arrive over Kafka. */
export interface PasswordGuard {
  admit(given: unknown): Admission;
}

/**
 * @param password if undefined, no command is admitted
 * @param now milliseconds of a monotonic clock
 */
export function createPasswordGuard(password: string | undefined, log: Log, now?: () => number): PasswordGuard {
  const expected = password === undefined ? undefined : digest(password);
  const throttle = new LogThrottle(now, MINUTE_MILLISECONDS);
  if (isShort(password)) log.warn({ leastLength: LEAST_LENGTH }, 'kafka:short-password');
  return {
    admit(given) {
      if (expected === undefined) return 'none set';
      // Digests have the same length, so that the time of the comparison tells nothing about the password.
      if (typeof given === 'string' && timingSafeEqual(digest(given), expected)) return 'admitted';
      const told = throttle.admit('wrong password');
      if (told !== undefined) log.warn(told, 'kafka:wrong-password');
      return 'wrong';
    },
  };
}

/** Anybody who may write to the topic can try as many passwords as the server reads; see docs/kafka.md. */
export function isShort(password: string | undefined): boolean {
  return password !== undefined && password.length < LEAST_LENGTH;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
