import type { FastifyInstance, FastifyRequest } from 'fastify';
import { maskPasswords } from '../../domain/messages/passwords.js';
import { decodeUtf8, parseJson } from '../json.js';
import { ProblemError } from '../problem.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as JSON text as it was received, with passwords masked. */
    bodyText: string;
  }
}

/** A message has at most a few kilobytes; a long timing series some hundred. */
export const BODY_LIMIT = 256 * 1024;

const UTF8_JSON = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-?8"?\s*)?$/i;
const MAY_HOLD_PASSWORD = /pass|\\u/i;

/** Accepts bodies of JSON in UTF-8 and nothing else, and masks passwords. */
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
    throw new ProblemError(415, `The Content-Encoding ${encoding} is not supported; the body must not be encoded.`);
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
