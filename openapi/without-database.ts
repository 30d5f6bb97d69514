import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { createKeys } from '../src/administration/keys/keys.js';
import { type CacheService, DatabaseAway } from '../src/cache/contract.js';
import { createPrisma } from '../src/database/prisma.js';
import { buildServer } from '../src/http/server.js';

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
  const prisma = createPrisma('postgresql://nowhere.invalid/none', log);
  return buildServer({
    settings: { publicReads: false, publicMetrics: false, rateLimit: 0 },
    log,
    cacheService,
    prisma,
    keys: createKeys({ prisma, adminKey: undefined }),
    alertFeed: { open: away, stop: async () => undefined },
    deliveries: { list: away, of: away, resend: away },
    contacts: { add: away, list: away, change: away, remove: away },
    metrics: { contentType: 'text/plain', text: away },
    feedback: { ask: away },
    shadow: { summary: away, differences: away },
    pictures: { svg: away, png: away },
    ready: async () => false,
    degraded: () => [],
    sinks: [],
    kafka: () => null,
    replayDeadLetter: async () => undefined,
  });
}
