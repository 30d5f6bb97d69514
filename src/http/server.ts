import { createRequire } from 'node:module';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { ServerDependencies } from './dependencies.js';
import { registerAccess } from './plugins/access.js';
import { answerMalformed, registerExpectations } from './plugins/connections.js';
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
    http: { requireHostHeader: false },
    requestTimeout: 30_000,
    clientErrorHandler: answerMalformed,
    frameworkErrors: (error, request, reply) => sendError(error, request, reply),
  }).withTypeProvider<ZodTypeProvider>();

  app.setValidatorCompiler(validatorCompiler);
  // Answers are made by typed code: their schemas are for the document, to check them again would cost time.
  app.setSerializerCompiler(() => JSON.stringify);

  registerExpectations(app);
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
