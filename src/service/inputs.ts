import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { createDetectorAdministration } from '../administration/detectors.js';
import type { Config } from '../config/config.js';
import { isWritable } from '../database/readiness.js';
import { createResend } from '../delivery/people/resend.js';
import { buildServer } from '../http/server.js';
import type { Background } from './background.js';
import type { Foundations } from './foundations.js';
import type { Outputs } from './outputs.js';
import { sinksOf } from './people.js';
import type { StartContext } from './start-context.js';

/** The dashboard's files as the build writes them; the path is the same from `src` and from `dist`. */
const DASHBOARD = fileURLToPath(new URL('../../dist/web/', import.meta.url));

/** Time limit of the database query behind `/readyz`. */
const READY_MILLISECONDS = 3_000;
/** Time that requests in progress get to finish at shutdown. */
const CLOSE_MILLISECONDS = 2_000;

/**
 * Starts the HTTP server and the Kafka reader, which turn requests and records into commands.
 * @returns the base URL of the HTTP server, like `http://127.0.0.1:8080`
 */
export async function startInputs(
  context: StartContext,
  foundations: Foundations,
  outputs: Outputs,
  background: Background,
): Promise<string> {
  const { config, shutdown, unlessAborted } = context;
  const { kafka } = outputs;
  const server = await unlessAborted(createServer(context, foundations, outputs, background));
  shutdown.add('inputs', 'HTTP', async () => {
    // The server cannot close while streams are open.
    await outputs.alertFeed.stop();
    await closeServer(server);
  });
  if (kafka !== undefined) {
    kafka.startReading();
    shutdown.add('inputs', 'Kafka reader', kafka.stopReading);
  }
  // Only now, because every listener is registered.
  foundations.notifications.start();
  await unlessAborted(server.listen({ host: config.host, port: config.port }));
  const { port } = server.server.address() as AddressInfo;
  return `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
}

function createServer(
  { config, log, shutdown }: StartContext,
  { pool, prisma, reads, observability, keys, cacheService }: Foundations,
  { alertFeed, kafka, contacts, feedback }: Outputs,
  { pictures }: Background,
): Promise<FastifyInstance> {
  const sinks = sinksOf(config);
  const ready = async () => !shutdown.hasBegun && (await isWritable(pool, READY_MILLISECONDS));
  /** The parts that the service can run without, and whether each is degraded. */
  const parts = () => new Map(kafka === undefined ? [] : [['kafka', !kafka.status().working]]);
  observability.addFigures({
    ready,
    degraded: parts,
    readers: alertFeed.readers,
    sinks,
    kafka,
  });
  return buildServer({
    settings: httpSettings(config),
    log,
    cacheService,
    reads,
    keys,
    alertFeed,
    contacts,
    detectorAdministration: createDetectorAdministration(prisma),
    sinks,
    feedback,
    pictures,
    metrics: observability.metrics,
    observer: observability.httpObserver,
    resendDelivery: createResend(prisma, sinks),
    retryDeadLetter: async (id) => kafka?.retryDeadLetter(id),
    ready,
    degraded: () => [...parts()].filter(([, isDegraded]) => isDegraded).map(([part]) => part),
    kafka: () => kafka?.status() ?? null,
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
 * Answers requests in progress and closes the server. Connections without a request, which browsers open in advance, do
 * not end by themselves: they are cut after a time limit.
 */
async function closeServer(server: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => server.server.closeAllConnections(), CLOSE_MILLISECONDS);
  await server.close();
  clearTimeout(timer);
}
