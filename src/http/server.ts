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

/** For event ids and names of detectors, percent-encoded. */
const MAXIMUM_PARAMETER = 256;

/** A request that was not received in full after this time is aborted. Node.js uses the longer of this and its limit for headers. */
const REQUEST_MILLISECONDS = 30_000;

/** The HTTP server, ready to listen. A request passes the plugins in the order of registration. */
export async function buildServer(dependencies: ServerDependencies): Promise<FastifyInstance> {
  const { settings, log, keys } = dependencies;
  const app = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIds(),
    requestIdHeader: false,
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: MAXIMUM_PARAMETER },
    // While the server stops, our own hook rejects requests with problem details.
    return503OnClosing: false,
    // Checked each second: by default a slow body could take up to twice its time.
    http: { requireHostHeader: false, connectionsCheckingInterval: 1_000, headersTimeout: REQUEST_MILLISECONDS },
    requestTimeout: REQUEST_MILLISECONDS,
    trustProxy: settings.trustedProxies === undefined ? false : [...settings.trustedProxies],
    clientErrorHandler: answerMalformed,
    frameworkErrors: (error, request, reply) => sendError(error, request, reply),
  }).withTypeProvider<ZodTypeProvider>();

  app.setValidatorCompiler(validatorCompiler);
  // Schemas of answers are for the document only: answers are made by typed code, and to check them would cost time.
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
