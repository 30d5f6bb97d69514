import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** The methods of a path; empty: the path does not exist. */
    methodsOf(path: string): readonly string[];
  }
}

/** Collects the methods of all routes that are registered later, to distinguish 405 from 404. */
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

/** The detail of a 405; undefined: the path does not exist. */
export function wrongMethod(method: string, allowed: readonly string[]): string | undefined {
  if (allowed.length === 0) return undefined;
  return `The method ${method} is not allowed. Allowed: ${allowed.join(', ')}.`;
}
