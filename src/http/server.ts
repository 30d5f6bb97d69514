import { createRequire } from 'node:module';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { ServerDependencies } from './dependencies.js';
import { connectionLimits } from './open-files.js';
import { registerAccess } from './plugins/access.js';
import { answerMalformed, registerExpectations, registerTunnels } from './plugins/connections.js';
import { registerDashboard } from './plugins/dashboard.js';
import { BODY_LIMIT, registerJsonBody } from './plugins/json-body.js';
import { registerDocs, registerOpenApi } from './plugins/openapi.js';
import { registerProblems, sendError } from './plugins/problems.js';
import { registerRequests, requestIds } from './plugins/requests.js';
import { registerSecurityHeaders } from './plugins/security-headers.js';
import { ROUTES } from './routes/index.js';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** An event id or a detector's name, percent-encoded. */
const MAXIMUM_PARAMETER = 256;

/** A request that has not come in full after this long is cut. Of this and Node's limit for headers, a minute by default, the longer counts. */
const REQUEST_MILLISECONDS = 30_000;

/** The HTTP server, ready to listen. The order of registration is the order of what a request goes through. */
export async function buildServer(dependencies: ServerDependencies): Promise<FastifyInstance> {
  const { settings, log, keys } = dependencies;
  const app = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIds(),
    requestIdHeader: false,
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: MAXIMUM_PARAMETER },
    // What is refused is refused by our own hooks, with problem details.
    return503OnClosing: false,
    // Late connections are looked for each second: else a slow body would live for up to twice its time.
    http: { requireHostHeader: false, connectionsCheckingInterval: 1_000, headersTimeout: REQUEST_MILLISECONDS },
    requestTimeout: REQUEST_MILLISECONDS,
    trustProxy: settings.trustedProxies === undefined ? false : [...settings.trustedProxies],
    clientErrorHandler: answerMalformed,
    frameworkErrors: (error, request, reply) => sendError(error, request, reply),
  }).withTypeProvider<ZodTypeProvider>();

  app.setValidatorCompiler(validatorCompiler);
  // Answers are made by typed code: their schemas are for the document, to check them again would cost time.
  app.setSerializerCompiler(() => JSON.stringify);

  const { connections } = connectionLimits();
  if (Number.isFinite(connections)) app.server.maxConnections = connections;
  registerExpectations(app);
  registerTunnels(app);
  registerProblems(app);
  await registerSecurityHeaders(app);
  registerRequests(app, dependencies.observer);
  registerJsonBody(app);
  await registerOpenApi(app, version);
  await registerDocs(app);
  await registerDashboard(app, settings.dashboard);
  await registerAccess(app, {
    authenticator: keys,
    publicReads: settings.publicReads,
    requestsPerSecond: settings.rateLimit,
  });
  for (const routes of ROUTES) await app.register(routes(dependencies));
  return app;
}
