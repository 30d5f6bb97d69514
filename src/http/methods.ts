import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** The methods that a path of the API knows; none: there is no such path. */
    methodsOf(path: string): readonly string[];
  }
}

/** Notes which methods each path knows, of all routes that are registered after it: to tell a wrong method from a wrong path. */
export function collectMethods(app: FastifyInstance): void {
  const known: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    const pattern = url
      .split(/(:\w+|\*)/)
      .map((part) =>
        part === '*' ? '.*' : part.startsWith(':') ? '[^/]+' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'),
      )
      .join('');
    known.push({ pattern: new RegExp(`^${pattern}$`), methods: [method].flat() });
  });
  app.decorate('methodsOf', (path) => [
    ...new Set(known.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods)),
  ]);
}

/** Why a path doesn't answer to a method; undefined: there is no such path. */
export function wrongMethod(method: string, allowed: readonly string[]): string | undefined {
  if (allowed.length === 0) return undefined;
  return `${method} is not for this; ${allowed.join(', ')} ${allowed.length === 1 ? 'is' : 'are'}.`;
}
