import type { z } from 'zod';
import { decodeUtf8, parseJson } from './json.js';
import { ProblemError } from './problem.js';

/** The key of the last item of a page, as opaque text. */
export function encodeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/**
 * The key that a cursor contains; undefined for the first page.
 * @throws ProblemError 400 for a cursor of another list
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
  const message = 'not a cursor of this list: use next_cursor of the previous page unchanged';
  return new ProblemError(400, 'The cursor is not valid.', [{ path: '/cursor', message }]);
}
