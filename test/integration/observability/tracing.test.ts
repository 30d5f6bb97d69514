import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../support/embedded-harness.js';
import { type RestService, startRestService } from '../../support/rest-service.js';

/** As much of OTLP's JSON (opentelemetry-proto 1.x, ExportTraceServiceRequest) as is looked at. */
interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}
interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Span['attributes'] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

const SERVER = 2;

/** A collector that takes OTLP over HTTP and keeps what comes. */
async function startCollector() {
  const requests: { path: string | undefined; type: string | undefined; body: ExportRequest }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as ExportRequest;
    requests.push({ path: request.url, type: request.headers['content-type'], body });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    spans: () =>
      requests.flatMap(({ body }) =>
        body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      ),
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

const attributes = ({ attributes: list }: { attributes: Span['attributes'] }) =>
  Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]));

describe('traces', () => {
  let collector: Awaited<ReturnType<typeof startCollector>>;
  let service: RestService;
  let stopped = false;
  beforeAll(async () => {
    collector = await startCollector();
    service = await startRestService({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: 'snews-test' });
  });
  afterAll(async () => {
    if (!stopped) await service.stop();
    await collector.stop();
  });

  test('a span for each request, commit and delivery, sent at the latest when the service stops', async () => {
    const stream = await fetch(`${service.url}/v1/alerts/stream`);
    const reader = stream.body?.getReader();
    const now = Date.now();
    const trace = randomBytes(16).toString('hex');
    for (const detector_name of ['JUNO', 'Super-K']) {
      const response = await fetch(`${service.url}/v1/observations`, {
        method: 'POST',
        headers: {
          authorization: 'Bearer admin-key-of-the-tests-0123456789abcdef',
          'content-type': 'application/json',
          traceparent: `00-${trace}-00f067aa0ba902b7-01`,
        },
        body: JSON.stringify({ detector_name, neutrino_time_utc: new Date(now).toISOString() }),
      });
      expect(response.status).toBe(201);
    }
    let seen = '';
    while (!seen.includes('event: alert')) seen += Buffer.from((await reader?.read())?.value ?? []).toString();
    await reader?.cancel();
    stopped = true;
    await service.stop();
    await until(() => collector.spans().some(({ name }) => name === 'deliver sse'));

    for (const { path, type } of collector.requests) expect([path, type]).toEqual(['/v1/traces', 'application/json']);
    const [resource] = collector.requests[0]?.body.resourceSpans ?? [];
    expect(resource && attributes(resource.resource)).toMatchObject({ 'service.name': 'snews-test' });
    const requests = collector.spans().filter(({ name }) => name === 'POST /v1/observations');
    expect(requests).toHaveLength(2);
    for (const request of requests) {
      expect(request).toMatchObject({ kind: SERVER, traceId: trace, parentSpanId: '00f067aa0ba902b7' });
      expect(attributes(request)).toMatchObject({
        'http.request.method': 'POST',
        'http.route': '/v1/observations',
        'http.response.status_code': 201,
      });
    }
    const commits = collector.spans().filter(({ name }) => name === 'commit');
    expect(commits.map(attributes)).toEqual([
      { 'snews.cache': 'live', 'snews.commands': 1, 'snews.alerts': 0 },
      { 'snews.cache': 'live', 'snews.commands': 1, 'snews.alerts': 1 },
    ]);
    const deliveries = collector.spans().filter(({ name }) => name === 'deliver sse');
    expect(deliveries).toHaveLength(1);
    for (const span of collector.spans()) {
      const [start, end] = [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)];
      expect(start <= end, span.name).toBe(true);
      // Within the test, give or take: nanoseconds since 1970 and not something else.
      expect(Math.abs(Number(end / 1_000_000n) - now)).toBeLessThan(600_000);
    }
  });
});
