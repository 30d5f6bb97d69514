import { createHash, timingSafeEqual } from 'node:crypto';

/** After so many wrong passwords within a minute nobody is let in until it is over. */
const MOST_WRONG = 10;
const MINUTE_MILLISECONDS = 60_000;

interface Log {
  warn(details: object, message: string): void;
}

export type Admission = 'admitted' | 'wrong' | 'throttled' | 'none set';

/**
 * Guards the commands that come over Kafka with a password.
 * @param password undefined: nobody is admitted
 */
export function createPasswordGuard(password: string | undefined, log: Log, now: () => number = Date.now) {
  const expected = password === undefined ? undefined : digest(password);
  let minute = 0;
  let wrong = 0;
  return {
    admit(given: unknown): Admission {
      if (expected === undefined) return 'none set';
      const current = Math.floor(now() / MINUTE_MILLISECONDS);
      if (current !== minute) wrong = 0;
      minute = current;
      if (wrong >= MOST_WRONG) return 'throttled';
      // Digests are of one length, so that nothing tells how much of a password is right.
      if (typeof given === 'string' && timingSafeEqual(digest(given), expected)) return 'admitted';
      wrong++;
      log.warn({ wrong }, 'kafka:wrong-password');
      return 'wrong';
    },
  };
}

export type PasswordGuard = ReturnType<typeof createPasswordGuard>;

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
