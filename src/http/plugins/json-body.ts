import type { FastifyInstance, FastifyRequest } from 'fastify';
import { maskPasswords } from '../../domain/messages/passwords.js';
import { decodeUtf8, parseJson } from '../json.js';
import { ProblemError } from '../problem.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came, as JSON text, passwords masked. */
    bodyText: string;
  }
}

/** A message is at most a few kilobytes; a long timing series some hundred. */
export const BODY_LIMIT = 256 * 1024;

const UTF8_JSON = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?$/i;
const MAY_HOLD_PASSWORD = /pass|\\u/i;

/** Bodies are JSON in UTF-8 and nothing else. No password gets any further than this. */
export function registerJsonBody(app: FastifyInstance): void {
  app.decorateRequest('bodyText', '');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
    (request: FastifyRequest, bytes: Buffer, done) => {
      try {
        done(null, readBody(request, bytes));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}

function readBody(request: FastifyRequest, bytes: Buffer): unknown {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new ProblemError(415, `The server takes no Content-Encoding, not ${encoding} either.`);
  }
  if (!UTF8_JSON.test(request.headers['content-type'] ?? '')) {
    throw new ProblemError(415, 'The body must be application/json in UTF-8.');
  }
  if (bytes.length === 0) throw new ProblemError(400, 'The body is empty: JSON was expected.');
  const { text, value } = unwrap(decodeUtf8(bytes));
  const safe = MAY_HOLD_PASSWORD.test(text) ? maskPasswords(value) : value;
  request.bodyText = safe === value ? text : JSON.stringify(safe);
  return safe;
}

/** Some of the collaboration's clients send JSON in a JSON string. */
function unwrap(text: string): { readonly text: string; readonly value: unknown } {
  const value = parseJson(text);
  return typeof value === 'string' ? { text: value, value: parseJson(value) } : { text, value };
}
