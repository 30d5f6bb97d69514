import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';
import { isWritable } from '../database/readiness.js';
import { createDeliveryRecords } from '../delivery/people/delivery-records.js';
import { buildServer } from '../http/server.js';
import { createShadowReports } from '../shadow/reports.js';
import type { Background } from './background.js';
import type { Foundations } from './foundations.js';
import type { Outputs } from './outputs.js';
import { sinksOf } from './people.js';
import type { Starting } from './starting.js';

/** Where the build puts the dashboard's files, for compiled code and for sources alike. */
const DASHBOARD = fileURLToPath(new URL('../../dist/web/', import.meta.url));

const READY_MILLISECONDS = 3_000;
const CLOSE_MILLISECONDS = 2_000;

/**
 * What comes in, last of all: what it needs is there. HTTP requests and the records of Kafka become commands of the
 * caches.
 * @returns where it listens, like `http://127.0.0.1:8080`
 */
export async function startInputs(
  starting: Starting,
  foundations: Foundations,
  outputs: Outputs,
  background: Background,
): Promise<string> {
  const { config, shutdown, unlessAborted } = starting;
  const { brokers } = outputs;
  const server = await unlessAborted(createServer(starting, foundations, outputs, background));
  shutdown.add('inputs', 'HTTP', async () => {
    // Their connections would keep the server from closing.
    await outputs.alertFeed.stop();
    await closeServer(server);
  });
  if (brokers !== undefined) {
    brokers.startReading();
    shutdown.add('inputs', 'Kafka reader', brokers.stopReading);
  }
  foundations.notifications.start();
  await unlessAborted(server.listen({ host: config.host, port: config.port }));
  const { port } = server.server.address() as AddressInfo;
  return `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
}

function createServer(
  { config, log, shutdown }: Starting,
  { pool, prisma, observability, keys, cacheService }: Foundations,
  { alertFeed, brokers, contacts, feedback }: Outputs,
  { pictures }: Background,
): Promise<FastifyInstance> {
  const sinks = sinksOf(config);
  const ready = async () => !shutdown.hasBegun && (await isWritable(pool, READY_MILLISECONDS));
  const parts = () => new Map(brokers === undefined ? [] : [['kafka', !brokers.status().working]]);
  observability.watch({
    ready,
    degraded: parts,
    readers: alertFeed.readers,
    sinks,
    brokers,
  });
  return buildServer({
    settings: httpSettings(config),
    log,
    cacheService,
    prisma,
    keys,
    alertFeed,
    deliveries: createDeliveryRecords(prisma, sinks),
    contacts,
    sinks,
    feedback,
    shadow: createShadowReports(prisma, config.shadowEngine),
    pictures,
    metrics: observability.metrics,
    observer: observability.httpObserver,
    replayDeadLetter: async (id) => brokers?.replay(id),
    ready,
    degraded: () => [...parts()].filter(([, isDegraded]) => isDegraded).map(([part]) => part),
    kafka: () => brokers?.status() ?? null,
  });
}

function httpSettings({
  publicReads,
  publicMetrics,
  rateLimit,
  trustedProxies,
  streamsPerAddress,
  streamsPerKey,
}: Config) {
  return {
    publicReads,
    publicMetrics,
    rateLimit,
    trustedProxies,
    streamsPerAddress,
    streamsPerKey,
    dashboard: DASHBOARD,
  };
}

/**
 * Answers what is under way and ends. Connections that have not asked anything yet, as browsers open them in
 * advance, would keep it from ending.
 */
async function closeServer(server: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => server.server.closeAllConnections(), CLOSE_MILLISECONDS);
  await server.close();
  clearTimeout(cut);
}
