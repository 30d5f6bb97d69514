import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ShuttingDown } from '../../cache/contract.js';
import { isDatabaseAway } from '../../database/away.js';
import { Rejection } from '../../domain/commands.js';
import { MessageError } from '../../domain/messages/message-error.js';
import { collectMethods, wrongMethod } from '../methods.js';
import { ProblemError, pointer, problem } from '../problem.js';

/** Makes every error answer problem details (RFC 9457). */
export function registerProblems(app: FastifyInstance): void {
  collectMethods(app);

  app.setErrorHandler((error, request, reply) =>
    // For a path that does not exist, an invalid body is not the error to report.
    request.is404 && isOfFramework(error) ? notFound(request, reply) : sendError(error, request, reply),
  );
  app.setNotFoundHandler(notFound);

  function notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const allowed = app.methodsOf(request.url.split('?')[0] ?? '');
    const detail = wrongMethod(request.method, allowed);
    return detail === undefined
      ? sendProblem(reply, new ProblemError(404, `There is no resource ${request.url.slice(0, 200)}.`))
      : sendProblem(reply, new ProblemError(405, detail, [], { allow: allowed.join(', ') }));
  }
}

function isOfFramework(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('FST_ERR_');
}

/** For errors of the framework itself, before a route is found. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = asProblem(error);
  if (answer.status === 500) request.log.error({ err: error }, 'request:failed');
  if (answer.status === 503) request.log.warn({ reason: reasonOf(error) }, 'request:unavailable');
  return sendProblem(reply, answer);
}

function sendProblem(reply: FastifyReply, { status, message, errors, headers }: ProblemError): FastifyReply {
  return (
    reply
      .code(status)
      .headers(headers)
      .type('application/problem+json')
      // As bytes: Fastify adds a charset to text, which the media type does not define (RFC 9457).
      .send(Buffer.from(JSON.stringify(problem(status, message, errors))))
  );
}

/** Only the message: while the database is away, every request fails in the same way. */
function reasonOf(error: unknown): string {
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return reason instanceof Error ? reason.message : String(reason);
}

const STATUS_OF_REJECTION = {
  conflict: 409,
  unprocessable: 422,
  quota: 429,
  'not-found': 404,
  'too-late': 409,
  forbidden: 403,
} as const;

/** The answer to an error. Unexpected errors reveal nothing of the server. */
function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof Rejection) return ofRefusal(error);
  if (error instanceof MessageError) return new ProblemError(400, error.message, error.issues.map(asFieldError));
  if (error instanceof ShuttingDown) return away('The server is stopping.', 1, { connection: 'close' });
  if (isDatabaseAway(error)) return away('The database is away.', 2);
  if (error instanceof Error && 'code' in error) return ofFastify(error as FastifyError);
  return unexpected();
}

function ofRefusal({ reason, message, field, retryAfter }: Rejection): ProblemError {
  const errors = field === undefined ? [] : [{ path: `/${field}`, message }];
  const after: Record<string, string> =
    reason === 'quota' || retryAfter !== undefined ? { 'retry-after': String(Math.ceil(retryAfter ?? 60)) } : {};
  return new ProblemError(STATUS_OF_REJECTION[reason], message, errors, after);
}

function asFieldError({ path, message }: { path: readonly PropertyKey[]; message: string }) {
  return { path: pointer(path), message };
}

function away(detail: string, seconds: number, headers: Record<string, string> = {}): ProblemError {
  return new ProblemError(503, detail, [], { 'retry-after': String(seconds), ...headers });
}

function unexpected(): ProblemError {
  return new ProblemError(500, 'An internal error. The log of the server has it under the x-request-id.');
}

const PARTS: Record<string, string> = {
  body: 'The body',
  querystring: 'The query',
  params: 'The path',
  headers: 'A header',
};

function ofFastify(error: FastifyError): ProblemError {
  if (error.validation !== undefined) {
    const part = PARTS[error.validationContext ?? 'body'] ?? 'The request';
    const errors = error.validation.map(({ instancePath, message }) => ({
      path: instancePath === '/' ? '' : instancePath,
      message: message ?? 'does not fit',
    }));
    return new ProblemError(400, `${part} does not fit its schema.`, errors);
  }
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new ProblemError(415, 'The body must be application/json in UTF-8.');
  }
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500 ? new ProblemError(status, error.message) : unexpected();
}
