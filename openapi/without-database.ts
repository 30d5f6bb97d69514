import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { createKeys } from '../src/administration/keys/keys.js';
import { type CacheService, DatabaseAway } from '../src/cache/contract.js';
import { buildServer } from '../src/http/server.js';
import { openReads } from '../src/reads/reads.js';

const log = pino({ level: 'silent' });

async function away(): Promise<never> {
  throw new DatabaseAway('there is no database');
}

const cacheService: CacheService = {
  observe: away,
  retract: away,
  archive: away,
  take: away,
  probe: away,
  reset: away,
  undoReset: away,
  goOnUndoing: away,
  mute: away,
  expire: away,
  onAlerts: () => undefined,
  stop: async () => undefined,
};

/** The HTTP server with nothing behind it: every route is there, none can answer. */
export function buildServerWithoutDatabase(): Promise<FastifyInstance> {
  // Connects at its first use, which never comes.
  const { prisma, reads } = openReads('postgresql://nowhere.invalid/none', log);
  return buildServer({
    settings: { publicReads: false, publicMetrics: false, rateLimit: 0 },
    log,
    cacheService,
    reads,
    keys: createKeys({ prisma, adminKey: undefined }),
    alertFeed: { open: away, stop: async () => undefined },
    contacts: { add: away, list: away, change: away, remove: away },
    detectorAdministration: { add: away, change: away },
    metrics: { contentType: 'text/plain', text: away },
    feedback: { ask: away },
    pictures: { svg: away, png: away },
    ready: async () => false,
    degraded: () => [],
    sinks: [],
    kafka: () => null,
    resendDelivery: away,
    retryDeadLetter: async () => undefined,
  });
}
