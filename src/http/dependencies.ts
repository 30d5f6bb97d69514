import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import type { Contacts } from '../administration/contacts.js';
import type { DetectorAdministration } from '../administration/detectors.js';
import type { Keys } from '../administration/keys/keys.js';
import type { CacheService } from '../cache/contract.js';
import type { createAlertFeed } from '../delivery/sse/alert-feed.js';
import type { ResendAnswer, RetryAnswer } from '../domain/views.js';
import type { FeedbackRequests } from '../heartbeats/feedback/feedback.js';
import type { Pictures } from '../heartbeats/pictures.js';
import type { Reads } from '../reads/reads.js';

/** What the HTTP server needs. */
export interface ServerDependencies {
  readonly settings: HttpSettings;
  readonly log: Logger;
  readonly cacheService: CacheService;
  readonly reads: Reads;
  readonly keys: Keys;
  /** Writes the streams of alerts. */
  readonly alertFeed: Pick<ReturnType<typeof createAlertFeed>, 'open' | 'stop'>;
  readonly contacts: Omit<Contacts, 'alertRecipients'>;
  readonly detectorAdministration: DetectorAdministration;
  readonly feedback: Pick<FeedbackRequests, 'ask'>;
  /** Draws heartbeats. */
  readonly pictures: Pick<Pictures, 'svg' | 'png'>;
  readonly metrics: MetricsText;
  /** Is called for each answered request. */
  readonly observer?: HttpObserver;
  /** True while the database answers. */
  ready(): Promise<boolean>;
  /** The parts of the server that do not work at present. */
  degraded(): readonly string[];
  /** The configured sinks, without Kafka. */
  readonly sinks: readonly string[];
  /** The state of Kafka; null if it is not configured. */
  kafka(): KafkaStatus | null;
  /** Makes a delivery due now. @param actor the id of the key */
  resendDelivery(id: number, actor: string): Promise<ResendAnswer>;
  /** Retries a dead letter; undefined: there is no dead letter with this number. */
  retryDeadLetter(id: number): Promise<RetryAnswer | undefined>;
}

/** Metrics as Prometheus reads them. */
export interface MetricsText {
  readonly contentType: string;
  /** Never rejects. */
  text(): Promise<string>;
}

/** Observes requests; must be quick and must not throw. */
export interface HttpObserver {
  onAnswered(request: AnsweredRequest): void;
}

export interface AnsweredRequest {
  readonly method: string;
  /** The path of the route, like `/v1/events/:id`; undefined: there is no route. */
  readonly route: string | undefined;
  readonly status: number;
  /** POSIX milliseconds. */
  readonly answeredAt: number;
  readonly milliseconds: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The state of the connection to Kafka. */
export interface KafkaStatus {
  /** Messages are read and alerts can be sent. */
  readonly working: boolean;
  /** The present problems in words. */
  readonly problems: readonly string[];
  /** The number of unread records, as last counted; null: not known. */
  readonly lag: number | null;
  /** The age of the oldest unread record in seconds; null: not known. */
  readonly lag_seconds: number | null;
}

/** The configuration of the HTTP server. */
export interface HttpSettings {
  /** Reads need no key. */
  readonly publicReads: boolean;
  /** `/metrics` needs no key. */
  readonly publicMetrics: boolean;
  /** Requests per key and second; 0: no limit. */
  readonly rateLimit: number;
  /** Addresses and networks of proxies whose X-Forwarded-For is trusted; by default none. */
  readonly trustedProxies?: readonly string[];
  /** Alert streams per address without a key, and per key; 0, the default: no limit. */
  readonly streamsPerAddress?: number;
  readonly streamsPerKey?: number;
  /** The directory of the built dashboard; undefined: there is no dashboard. */
  readonly dashboard?: string | undefined;
}

/** The routes of one resource. */
export type Routes = (dependencies: ServerDependencies) => FastifyPluginAsyncZod;
