import { Counter, type Registry } from 'prom-client';

/** A completed request. */
export interface ObservedRequest {
  readonly method: string;
  /** The pattern as registered, like `/v1/events/:id`; undefined if no route matched. */
  readonly route: string | undefined;
  readonly status: number;
}

/** Counts requests by route and not by URL, which limits the number of series to routes times status codes. */
export function observeRequests(registry: Registry) {
  const requests = new Counter({
    name: 'snews_http_requests_total',
    help: 'Completed requests, by route and status.',
    labelNames: ['method', 'route', 'status'] as const,
    registers: [registry],
  });
  return {
    onAnswered({ method, route, status }: ObservedRequest): void {
      // Without a route the client chooses the method freely, which would create any number of series.
      requests.inc({ method: route === undefined ? 'other' : method, route: route ?? 'none', status });
    },
  };
}
