import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { ShuttingDown } from '../../cache/contract.js';
import type { HttpObserver } from '../dependencies.js';
import { loggedUrl } from '../logged-url.js';
import { ProblemError } from '../problem.js';

/** Ids of requests: one random part per process, then a count. None is taken from outside. */
export function requestIds(): () => string {
  const process = randomBytes(6).toString('hex');
  let count = 0;
  return () => `${process}-${(++count).toString(36)}`;
}

/** What holds for every request, whatever its route. */
export function registerRequests(app: FastifyInstance, observer?: HttpObserver): void {
  let stopping = false;
  app.addHook('preClose', (done) => {
    stopping = true;
    done();
  });

  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done(stopping ? new ShuttingDown('the server is stopping') : refusal(request.raw, request.url));
  });

  const strangers = createStrangersLog();
  // A 2xx is no news: at 64 connections its line would cost more than its answer.
  app.addHook('onResponse', (request, reply, done) => {
    const status = reply.statusCode;
    const level = status >= 500 ? 'error' : status >= 400 ? 'info' : 'debug';
    const { method, principal } = request;
    const fields = { method, url: loggedUrl(request.url), status, ms: reply.elapsedTime, key: principal?.id };
    if (principal === undefined && (status === 401 || status === 429)) strangers.refused(request.log, fields);
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

/** Logs one of those who were refused without a key that holds, with how many there were since the last: a crowd must not fill the log. */
function createStrangersLog() {
  let told = Number.NEGATIVE_INFINITY;
  let unsaid = 0;
  return {
    refused(log: FastifyBaseLogger, fields: object): void {
      const now = performance.now();
      if (now - told < STRANGERS_LOG_MILLISECONDS) {
        unsaid++;
        return;
      }
      log.info({ ...fields, ...(unsaid === 0 ? {} : { unsaid }) }, 'request:answered');
      told = now;
      unsaid = 0;
    },
  };
}

function refusal({ httpVersion, rawHeaders }: IncomingMessage, url: string): ProblemError | undefined {
  // RFC 9112, 3.2. Node would refuse a missing one, but not with problem details; of two it would take the first, a proxy perhaps the other.
  const hosts = countOf('host', rawHeaders);
  if (hosts === 0 && httpVersion === '1.1') return new ProblemError(400, 'The Host header is missing.');
  if (hosts > 1) return new ProblemError(400, 'There is more than one Host header.');
  if (url.includes('%00')) return new ProblemError(400, 'The URL holds a NUL character.');
  return undefined;
}

/** @param rawHeaders names and values in turns */
function countOf(name: string, rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const given = rawHeaders[i] as string;
    if (given.length === name.length && given.toLowerCase() === name) count++;
  }
  return count;
}
