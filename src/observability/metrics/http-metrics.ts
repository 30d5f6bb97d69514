import { Counter, type Registry } from 'prom-client';

/** A request that was answered. */
export interface ObservedRequest {
  readonly method: string;
  /** As it was registered; undefined: there is none. */
  readonly route: string | undefined;
  readonly status: number;
}

/** Counts requests by route, never by address: there are as many series as routes and status codes. */
export function observeRequests(registry: Registry) {
  const requests = new Counter({
    name: 'snews_http_requests_total',
    help: 'Requests that were answered, by route and status.',
    labelNames: ['method', 'route', 'status'] as const,
    registers: [registry],
  });
  return {
    onAnswered({ method, route, status }: ObservedRequest): void {
      // A method without a route may be anything.
      requests.inc({ method: route === undefined ? 'other' : method, route: route ?? 'none', status });
    },
  };
}
