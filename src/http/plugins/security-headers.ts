import helmet from '@fastify/helmet';
import Fastify, { type FastifyInstance } from 'fastify';

/** Answers of the API are data: no browser has anything to load or to run from them. */
const NOTHING = { defaultSrc: ["'none'"], frameAncestors: ["'none'"] };

/** A picture in SVG brings its own styles, and nothing else, also where it is looked at by itself. */
export const CSP_OF_SVG = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/** Headers that belong to the answer itself, not to its security. */
const OF_THE_ANSWER = new Set(['content-type', 'content-length', 'date', 'connection', 'keep-alive']);

/**
 * The headers of helmet on every answer. They are the same for each, so helmet makes them once: to have it make them
 * anew took a third of a request's time.
 */
export async function registerSecurityHeaders(app: FastifyInstance): Promise<void> {
  const headers = await helmetHeaders();
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}

async function helmetHeaders(): Promise<Record<string, string>> {
  const app = Fastify();
  await app.register(helmet, { contentSecurityPolicy: { useDefaults: false, directives: NOTHING } });
  app.get('/', () => '');
  const { headers } = await app.inject('/');
  await app.close();
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (OF_THE_ANSWER.has(name) ? [] : [[name, String(value)]])),
  );
}
