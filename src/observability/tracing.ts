import { context, diag, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { CacheObserver } from '../cache/observer.js';
import type { DeliveryObserver } from '../delivery/observer.js';
import type { Log } from '../domain/log.js';
import type { HttpObserver } from '../http/dependencies.js';

export interface TracingOptions {
  /** OTEL_EXPORTER_OTLP_ENDPOINT. Traces are sent to its path `/v1/traces`, as JSON. */
  readonly endpoint: string;
  /** OTEL_SERVICE_NAME. */
  readonly serviceName: string;
  readonly version: string;
  readonly log: Log;
}

export interface Tracing {
  readonly cacheObserver: CacheObserver;
  readonly deliveryObserver: DeliveryObserver;
  readonly httpObserver: HttpObserver;
  /** Sends the buffered spans; gives up after 3 s. */
  stop(): Promise<void>;
}

const STOP_MILLISECONDS = 3_000;

/**
 * Creates a span for each request, commit and delivery, when it has ended. If the collector is away, spans are lost and
 * nothing else is affected.
 */
export function startTracing({ endpoint, serviceName, version, log }: TracingOptions): Tracing {
  const warn = (message: string, ...details: unknown[]) => log.warn({ details }, `tracing:${message}`);
  diag.setLogger({ error: warn, warn, info: () => undefined, debug: () => undefined, verbose: () => undefined });
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('snews-coincidence-server', version);
  const propagator = new W3CTraceContextPropagator();
  const getter = {
    keys: (headers: Headers) => Object.keys(headers),
    get: (headers: Headers, name: string) => headers[name] as string | string[] | undefined,
  };

  return {
    httpObserver: {
      onAnswered({ method, route, status, answeredAt, milliseconds, headers }) {
        const parent = propagator.extract(context.active(), headers, getter);
        const span = tracer.startSpan(
          route === undefined ? method : `${method} ${route}`,
          {
            kind: SpanKind.SERVER,
            startTime: answeredAt - milliseconds,
            attributes: {
              'http.request.method': method,
              'http.response.status_code': status,
              ...(route === undefined ? {} : { 'http.route': route }),
            },
          },
          parent,
        );
        end(span, answeredAt, status >= 500);
      },
    },
    cacheObserver: {
      onCommitted({ cache, startedAt, milliseconds, commands, alertsReceivedAt }) {
        const span = tracer.startSpan('commit', {
          kind: SpanKind.INTERNAL,
          startTime: startedAt,
          attributes: {
            'snews.cache': cache,
            'snews.commands': commands,
            'snews.alerts': alertsReceivedAt.length,
          },
        });
        end(span, startedAt + milliseconds, false);
      },
      onFailed: () => undefined,
    },
    deliveryObserver: {
      onDelivered({ output, alerts, startedAt, deliveredAt }) {
        const span = tracer.startSpan(`deliver ${output}`, {
          kind: SpanKind.PRODUCER,
          startTime: startedAt,
          attributes: { 'snews.sink': output, 'snews.alert_ids': [...alerts] },
        });
        end(span, deliveredAt, false);
      },
      onFailed: () => undefined,
    },
    async stop() {
      const timeout = new Promise<void>((resolve) => setTimeout(resolve, STOP_MILLISECONDS).unref());
      await Promise.race([provider.shutdown().catch((error) => warn('not-flushed', error)), timeout]);
    },
  };
}

type Headers = Parameters<HttpObserver['onAnswered']>[0]['headers'];

function end(span: Span, at: number, isError: boolean): void {
  if (isError) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(at);
}
