import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticator } from '../../administration/keys/authenticator.js';
import { mayWriteFor, type Principal } from '../../administration/keys/principal.js';
import { DatabaseAway } from '../../domain/database-away.js';
import { networkOf } from '../network.js';
import { ProblemError } from '../problem.js';

/**
 * Who may call a route. `health`: all, at any rate: whoever watches over the server must not be refused for what others send; `open`: all; `anybody`: all, but a key that comes along must hold; `read`: any key, or anybody with PUBLIC_READS; `live-alerts`: anybody for the live
 * cache, else as `read`; `metrics`: any key, also while the database is away; `write`: detector keys, for the detectors they name (`requireWriter`), and admin keys.
 */
export type RouteAccess = 'health' | 'open' | 'anybody' | 'read' | 'metrics' | 'live-alerts' | 'write' | 'admin';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
  }
  interface FastifyRequest {
    /** Who holds the key that came with the request; undefined without key, and on open routes. */
    principal: Principal | undefined;
  }
}

export interface AccessOptions {
  readonly authenticator: Authenticator;
  readonly publicReads: boolean;
  /** Requests per key (or address, without one) and second; 0: any number. */
  readonly requestsPerSecond: number;
}

/** Looks of a second for keys of ids that nobody holds: what made-up keys may cost the database. */
const LOOKS_PER_ADDRESS = 20;
const LOOKS_OVERALL = 200;

/**
 * Checks keys, rates and roles before anything of a request's body is read. Each key that holds has a rate of its own, and so has each
 * address for what comes without one: nothing that strangers send counts for a key.
 */
export async function registerAccess(
  app: FastifyInstance,
  { authenticator, publicReads, requestsPerSecond }: AccessOptions,
): Promise<void> {
  await app.register(rateLimit, { global: false, max: requestsPerSecond, timeWindow: 1000 });
  const byAddress = ({ ip }: FastifyRequest) => networkOf(ip);
  const countByKey = app.createRateLimit({ keyGenerator: ({ principal }) => principal?.id ?? '' });
  const countByAddress = app.createRateLimit({ keyGenerator: byAddress });
  const countLooks = app.createRateLimit({ keyGenerator: byAddress, max: LOOKS_PER_ADDRESS });
  const countAllLooks = app.createRateLimit({ keyGenerator: () => '', max: LOOKS_OVERALL });

  async function limitRate(request: FastifyRequest): Promise<void> {
    if (requestsPerSecond === 0) return;
    const count = request.principal === undefined ? countByAddress : countByKey;
    if (await isExceeded(count, request)) throw tooMany(`More than ${requestsPerSecond} requests in a second.`);
  }

  /** Before the database is asked for a key of an id that it was never seen to hold. */
  async function limitLooks(request: FastifyRequest): Promise<void> {
    await limitRate(request);
    if ((await isExceeded(countLooks, request)) || (await isExceeded(countAllLooks, request))) {
      throw tooMany('Too many unknown keys in a second.');
    }
  }

  async function authenticate(request: FastifyRequest, key: string, access: RouteAccess): Promise<Principal> {
    let holder = authenticator.recall(key);
    if (holder === undefined) {
      // Keys that there are cost a look in 5 s each, whoever sends them; made-up keys mustn't load the database.
      if (!authenticator.isKnown(key)) await limitLooks(request);
      holder = await authenticator.lookUp(key).catch((error) => {
        // Nothing tells more of an outage than the metrics.
        const last = access === 'metrics' && error instanceof DatabaseAway ? authenticator.lastKnown(key) : null;
        if (last === null) throw error;
        return last;
      });
    }
    if (holder === null) {
      await limitRate(request);
      throw unauthorized('The key is unknown or revoked.');
    }
    return holder;
  }

  app.decorateRequest('principal', undefined);

  app.addHook('onRoute', ({ config, method, url }) => {
    if (config?.access === undefined) throw new Error(`${String(method)} ${url} doesn't say who may call it`);
  });

  app.addHook('onRequest', async (request, reply) => {
    // Not found: there is nothing to protect, but it counts.
    const access = request.routeOptions.config.access ?? 'open';
    if (access === 'health') return;
    // They may hold keys, addresses, or who it is that asks.
    if (access === 'admin' || access === 'write' || access === 'anybody') reply.header('cache-control', 'no-store');
    if (access !== 'open') {
      const key = bearerKey(request.headers.authorization);
      if (key !== undefined) request.principal = await authenticate(request, key, access);
    }
    await limitRate(request);
    requireAccess(access, request, publicReads);
  });
}

type Counter = ReturnType<FastifyInstance['createRateLimit']>;

async function isExceeded(count: Counter, request: FastifyRequest): Promise<boolean> {
  const counted = await count(request);
  return !counted.isAllowed && counted.isExceeded;
}

function tooMany(detail: string): ProblemError {
  return new ProblemError(429, detail, [], { 'retry-after': '1' });
}

const BEARER = /^Bearer +([!-~]+) *$/i;

function bearerKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = BEARER.exec(header)?.[1];
  if (key === undefined) throw unauthorized('The Authorization header is not "Bearer <key>".');
  return key;
}

function requireAccess(access: RouteAccess, request: FastifyRequest, publicReads: boolean): void {
  switch (access) {
    case 'health':
    case 'open':
    case 'anybody':
      return;
    case 'read':
      if (!publicReads) requirePrincipal(request);
      return;
    case 'metrics':
      requirePrincipal(request);
      return;
    case 'live-alerts':
      if (!publicReads && !isOfLiveCache(request.query)) requirePrincipal(request);
      return;
    case 'write':
      if (requirePrincipal(request).role === 'reader') throw forbidden('A reader key may not send messages.');
      return;
    case 'admin':
      if (requirePrincipal(request).role !== 'admin') throw forbidden('This asks for an admin key.');
      return;
  }
}

function isOfLiveCache(query: unknown): boolean {
  const cache = (query as Record<string, unknown>)['cache'];
  return cache === undefined || cache === 'live';
}

/** Whoever made a request. */
type Caller = Pick<FastifyRequest, 'principal'>;

/** The holder of the key that came with the request; 401 if none did. */
export function requirePrincipal({ principal }: Caller): Principal {
  if (principal === undefined) throw unauthorized('This asks for a key: Authorization: Bearer <key>.');
  return principal;
}

/** 403 unless the key may send messages in this detector's name. */
export function requireWriter(request: Caller, detectorName: string): Principal {
  const principal = requirePrincipal(request);
  if (!mayWriteFor(principal, detectorName)) throw forbidden(`The key may not send messages for ${detectorName}.`);
  return principal;
}

/** 403 unless the key is an admin key. */
export function requireAdmin(request: Caller): Principal {
  const principal = requirePrincipal(request);
  if (principal.role !== 'admin') throw forbidden('This asks for an admin key.');
  return principal;
}

function unauthorized(detail: string): ProblemError {
  return new ProblemError(401, detail, [], { 'www-authenticate': 'Bearer' });
}

function forbidden(detail: string): ProblemError {
  return new ProblemError(403, detail);
}
