import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { ShuttingDown } from '../../cache/cache-service.js';
import type { HttpObserver } from '../dependencies.js';
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
    done(
      stopping
        ? new ShuttingDown('the server is stopping')
        : refusal(request.raw.httpVersion, request.headers.host, request.url),
    );
  });

  // A 2xx is no news: at 64 connections its line would cost more than its answer.
  app.addHook('onResponse', (request, reply, done) => {
    const status = reply.statusCode;
    const level = status >= 500 ? 'error' : status >= 400 ? 'info' : 'debug';
    const { method, url, principal } = request;
    request.log[level]({ method, url, status, ms: reply.elapsedTime, key: principal?.id }, 'request:answered');
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

function refusal(httpVersion: string, host: string | undefined, url: string): ProblemError | undefined {
  // Node would refuse it too (RFC 9112, 3.2), but not with problem details.
  if (host === undefined && httpVersion === '1.1') return new ProblemError(400, 'The Host header is missing.');
  if (url.includes('%00')) return new ProblemError(400, 'The URL holds a NUL character.');
  return undefined;
}
