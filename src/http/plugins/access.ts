import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticator } from '../../administration/keys/authenticator.js';
import { mayWriteFor, type Principal } from '../../administration/keys/principal.js';
import { DatabaseAway } from '../../domain/database-away.js';
import { networkOf } from '../network.js';
import { ProblemError } from '../problem.js';

/**
 * Who may call a route:
 *
 * - `health`: everybody, without a limit of rate: monitoring must not fail because of the requests of others
 * - `open`: everybody
 * - `anybody`: everybody, but a key in the request must be valid
 * - `read`: any key; with PUBLIC_READS everybody
 * - `live-alerts`: everybody for the live cache; else as `read`
 * - `metrics`: any key, also while the database is away
 * - `write`: detector keys, for their detectors (`requireWriter`), and admin keys
 * - `admin`: admin keys
 */
export type RouteAccess = 'health' | 'open' | 'anybody' | 'read' | 'metrics' | 'live-alerts' | 'write' | 'admin';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
  }
  interface FastifyRequest {
    /** The holder of the key in the request; undefined without a key, and on open routes. */
    principal: Principal | undefined;
  }
}

export interface AccessOptions {
  readonly authenticator: Authenticator;
  readonly publicReads: boolean;
  /** Requests per second of a key, or of an address without a key; 0: no limit. */
  readonly requestsPerSecond: number;
}

/** Lookups of unknown keys per second, so that invented keys can't load the database. */
const LOOKUPS_PER_ADDRESS = 20;
const LOOKUPS_OVERALL = 200;

/**
 * Checks keys, rates and roles before the body of a request is read. Each valid key has a rate of its own, and so has each
 * address for requests without a key: requests of strangers never count towards a key.
 */
export async function registerAccess(
  app: FastifyInstance,
  { authenticator, publicReads, requestsPerSecond }: AccessOptions,
): Promise<void> {
  await app.register(rateLimit, { global: false, max: requestsPerSecond, timeWindow: 1000 });
  const byAddress = ({ ip }: FastifyRequest) => networkOf(ip);
  const countByKey = app.createRateLimit({ keyGenerator: ({ principal }) => principal?.id ?? '' });
  const countByAddress = app.createRateLimit({ keyGenerator: byAddress });
  const countLookups = app.createRateLimit({ keyGenerator: byAddress, max: LOOKUPS_PER_ADDRESS });
  const countAllLookups = app.createRateLimit({ keyGenerator: () => '', max: LOOKUPS_OVERALL });

  async function limitRate(request: FastifyRequest): Promise<void> {
    if (requestsPerSecond === 0) return;
    const count = request.principal === undefined ? countByAddress : countByKey;
    if (await isExceeded(count, request)) throw tooMany(`More than ${requestsPerSecond} requests in one second.`);
  }

  /** Called before a key with an unknown id is looked up in the database. */
  async function limitLookups(request: FastifyRequest): Promise<void> {
    await limitRate(request);
    if ((await isExceeded(countLookups, request)) || (await isExceeded(countAllLookups, request))) {
      throw tooMany('Too many unknown keys in one second.');
    }
  }

  async function authenticate(request: FastifyRequest, key: string, access: RouteAccess): Promise<Principal> {
    let holder = authenticator.recall(key);
    if (holder === undefined) {
      // A known key costs one lookup in 5 s, whoever sends it; invented keys must not load the database.
      if (!authenticator.isKnown(key)) await limitLookups(request);
      holder = await authenticator.lookUp(key).catch((error) => {
        // Metrics are needed most during an outage of the database.
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
    if (config?.access === undefined) throw new Error(`${String(method)} ${url} has no access rule`);
  });

  app.addHook('onRequest', async (request, reply) => {
    // There is no such route: nothing to protect, but the request counts.
    const access = request.routeOptions.config.access ?? 'open';
    if (access === 'health') return;
    // The answers may contain keys, addresses, or the identity of the caller.
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
      if (requirePrincipal(request).role !== 'admin') throw forbidden('This needs an admin key.');
      return;
  }
}

function isOfLiveCache(query: unknown): boolean {
  const cache = (query as Record<string, unknown>)['cache'];
  return cache === undefined || cache === 'live';
}

/** The caller of a request. */
type Caller = Pick<FastifyRequest, 'principal'>;

/** The holder of the key in the request. @throws ProblemError 401 without a key */
export function requirePrincipal({ principal }: Caller): Principal {
  if (principal === undefined) throw unauthorized('This needs a key: Authorization: Bearer <key>.');
  return principal;
}

/** @throws ProblemError 403 unless the key may send messages for this detector */
export function requireWriter(request: Caller, detectorName: string): Principal {
  const principal = requirePrincipal(request);
  if (!mayWriteFor(principal, detectorName)) throw forbidden(`The key may not send messages for ${detectorName}.`);
  return principal;
}

/** @throws ProblemError 403 unless the key is an admin key */
export function requireAdmin(request: Caller): Principal {
  const principal = requirePrincipal(request);
  if (principal.role !== 'admin') throw forbidden('This needs an admin key.');
  return principal;
}

function unauthorized(detail: string): ProblemError {
  return new ProblemError(401, detail, [], { 'www-authenticate': 'Bearer' });
}

function forbidden(detail: string): ProblemError {
  return new ProblemError(403, detail);
}
