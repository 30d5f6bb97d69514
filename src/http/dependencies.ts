import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import type { Contacts } from '../administration/contacts.js';
import type { DetectorAdministration } from '../administration/detectors.js';
import type { Keys } from '../administration/keys/keys.js';
import type { CacheService } from '../cache/contract.js';
import type { createAlertFeed } from '../delivery/sse/alert-feed.js';
import type { ResendAnswer } from '../domain/views.js';
import type { FeedbackRequests } from '../heartbeats/feedback/feedback.js';
import type { Pictures } from '../heartbeats/pictures.js';
import type { Reads } from '../reads/reads.js';

/** What the HTTP server is made of. */
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
  /** Is told of each request that was answered; by default nobody is. */
  readonly observer?: HttpObserver;
  /** True while the database answers. */
  ready(): Promise<boolean>;
  /** What doesn't work at the moment, while the rest does. */
  degraded(): readonly string[];
  /** The sinks that are configured, beside Kafka. */
  readonly sinks: readonly string[];
  /** Kafka as the service sees it; null without Kafka. */
  kafka(): KafkaStatus | null;
  /** Makes a delivery due now. @param actor the id of the key */
  resendDelivery(id: number, actor: string): Promise<ResendAnswer>;
  /** Tries a dead letter again; undefined: there is no dead letter with this id. */
  replayDeadLetter(id: number): Promise<ReplayedLetter | undefined>;
}

/** What Prometheus collects. */
export interface MetricsText {
  readonly contentType: string;
  /** Never rejects. */
  text(): Promise<string>;
}

/** Watches requests; must be quick and must not throw. */
export interface HttpObserver {
  onAnswered(request: AnsweredRequest): void;
}

export interface AnsweredRequest {
  readonly method: string;
  /** As it was registered, like `/v1/events/:id`; undefined: there is none. */
  readonly route: string | undefined;
  readonly status: number;
  /** POSIX milliseconds. */
  readonly answeredAt: number;
  readonly milliseconds: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** How Kafka's way in stands. */
export interface KafkaStatus {
  /** Messages are read and alerts can be sent. */
  readonly working: boolean;
  /** What does not work, in words. */
  readonly problems: readonly string[];
  /** Records that wait to be read, as last counted; null: not known. */
  readonly lag: number | null;
  /** For how long the oldest of them has waited; null: not known. */
  readonly lag_seconds: number | null;
}

/** What became of a dead letter: taken, or why it still can't be. */
export type ReplayedLetter =
  | { readonly kind: 'taken' }
  | { readonly kind: 'faulty'; readonly fault: { readonly detail: string } };

/** What the HTTP server needs of the configuration. */
export interface HttpSettings {
  /** Reads ask for no key. */
  readonly publicReads: boolean;
  /** `/metrics` asks for no key. */
  readonly publicMetrics: boolean;
  /** Requests per key and second; 0: any number. */
  readonly rateLimit: number;
  /** Addresses and networks of proxies whose X-Forwarded-For is believed; by default none is. */
  readonly trustedProxies?: readonly string[];
  /** Streams of alerts that an address may hold without a key, and a key; 0 (and by default): any number. */
  readonly streamsPerAddress?: number;
  readonly streamsPerKey?: number;
  /** Folder of the dashboard's files, as `npm run build` makes them; without it there is no dashboard. */
  readonly dashboard?: string | undefined;
}

/** The routes of one resource. */
export type Routes = (dependencies: ServerDependencies) => FastifyPluginAsyncZod;
