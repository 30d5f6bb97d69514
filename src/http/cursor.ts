import type { z } from 'zod';
import { decodeUtf8, parseJson } from './json.js';
import { ProblemError } from './problem.js';

/** Where a page ends, as text that callers pass back unread. */
export function encodeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/**
 * The position that a cursor names; undefined for the first page.
 * @throws ProblemError 400 for a cursor that this list didn't make
 */
export function decodeCursor<Position>(
  cursor: string | undefined,
  position: z.ZodType<Position>,
): Position | undefined {
  if (cursor === undefined) return undefined;
  const read = position.safeParse(readCursor(cursor));
  if (!read.success) throw notACursor();
  return read.data;
}

function readCursor(cursor: string): unknown {
  try {
    return parseJson(decodeUtf8(Buffer.from(cursor, 'base64url')));
  } catch (error) {
    if (error instanceof ProblemError) throw notACursor();
    throw error;
  }
}

function notACursor(): ProblemError {
  const message = 'not a cursor of this list: pass back next_cursor as it came';
  return new ProblemError(400, 'The cursor cannot be read.', [{ path: '/cursor', message }]);
}
