import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { ShuttingDown } from '../../cache/contract.js';
import type { HttpObserver } from '../dependencies.js';
import { loggedUrl } from '../logged-url.js';
import { ProblemError } from '../problem.js';

/** Ids of requests: a random part per process, and a count. Ids of clients are not used. */
export function requestIds(): () => string {
  const process = randomBytes(6).toString('hex');
  let count = 0;
  return () => `${process}-${(++count).toString(36)}`;
}

/** Ids, logging and general checks of all requests. */
export function registerRequests(app: FastifyInstance, observer?: HttpObserver): void {
  let stopping = false;
  app.addHook('preClose', (done) => {
    stopping = true;
    done();
  });

  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done(stopping ? new ShuttingDown('the server is stopping') : invalidity(request.raw, request.url));
  });

  const strangers = createStrangersLog();
  // Successful requests are logged at the level debug: with 64 connections their lines would cost more than the answers.
  app.addHook('onResponse', (request, reply, done) => {
    const status = reply.statusCode;
    const level = status >= 500 ? 'error' : status >= 400 ? 'info' : 'debug';
    const { method, principal } = request;
    const fields = { method, url: loggedUrl(request.url), status, ms: reply.elapsedTime, key: principal?.id };
    if (principal === undefined && (status === 401 || status === 429)) strangers.rejected(request.log, fields);
    else request.log[level](fields, 'request:answered');
    done();
  });

  if (observer === undefined) return;
  app.addHook('onResponse', ({ method, headers, routeOptions }, reply, done) => {
    observer.onAnswered({
      method,
      route: routeOptions.url,
      status: reply.statusCode,
      answeredAt: Date.now(),
      milliseconds: reply.elapsedTime,
      headers,
    });
    done();
  });
}

const STRANGERS_LOG_MILLISECONDS = 10_000;

/** Logs at most one rejected request without a valid key per period, with the number of those left out, so that they can't fill the log. */
function createStrangersLog() {
  let loggedAt = Number.NEGATIVE_INFINITY;
  let unlogged = 0;
  return {
    rejected(log: FastifyBaseLogger, fields: object): void {
      const now = performance.now();
      if (now - loggedAt < STRANGERS_LOG_MILLISECONDS) {
        unlogged++;
        return;
      }
      log.info({ ...fields, ...(unlogged === 0 ? {} : { unlogged }) }, 'request:answered');
      loggedAt = now;
      unlogged = 0;
    },
  };
}

function invalidity({ httpVersion, rawHeaders }: IncomingMessage, url: string): ProblemError | undefined {
  // RFC 9112, 3.2. Node.js would reject a missing one without problem details, and would use the first of two where a proxy may use the other.
  const hosts = countOf('host', rawHeaders);
  if (hosts === 0 && httpVersion === '1.1') return new ProblemError(400, 'The Host header is missing.');
  if (hosts > 1) return new ProblemError(400, 'There is more than one Host header.');
  if (url.includes('%00')) return new ProblemError(400, 'The URL holds a NUL character.');
  return undefined;
}

/** @param rawHeaders names and values alternately */
function countOf(name: string, rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const given = rawHeaders[i] as string;
    if (given.length === name.length && given.toLowerCase() === name) count++;
  }
  return count;
}
