import type { Writable } from 'node:stream';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import type { Contacts } from '../administration/contacts.js';
import type { Keys } from '../administration/keys/keys.js';
import type { CacheService } from '../cache/contract.js';
import type { PrismaReads } from '../database/prisma.js';
import type { CacheName } from '../domain/cache-name.js';
import type {
  AlertView,
  DeliveryRecordView,
  DeliveryState,
  DeliveryView,
  Destination,
  ShadowDifferenceKind,
  ShadowDifferenceView,
  ShadowView,
} from '../domain/views.js';
import type { FeedbackRequests } from '../heartbeats/feedback/feedback.js';
import type { Pictures } from '../heartbeats/pictures.js';
import type { Page, PageRequest } from '../reads/page.js';

/** What the HTTP server is made of. */
export interface ServerDependencies {
  readonly settings: HttpSettings;
  readonly log: Logger;
  readonly cacheService: CacheService;
  readonly prisma: PrismaReads;
  readonly keys: Keys;
  /** Writes the streams of alerts. */
  readonly alertFeed: AlertStreams;
  readonly deliveries: DeliveryReports;
  readonly contacts: Omit<Contacts, 'alertRecipients'>;
  readonly feedback: Pick<FeedbackRequests, 'ask'>;
  readonly shadow: ShadowReports;
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
  /** Tries a record again that took no effect; undefined: there is none of this number. */
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

/** How another engine, run beside the main one, compares with it. */
export interface ShadowReports {
  summary(): Promise<ShadowView>;
  /** The newest first. */
  differences(filter: ShadowFilter, page: PageRequest<number>): Promise<Page<ShadowDifferenceView, number>>;
}

interface ShadowFilter {
  readonly cache?: CacheName | undefined;
  readonly kind?: ShadowDifferenceKind | undefined;
}

/** How alerts fared on their ways out. */
export interface DeliveryReports {
  /** The newest first. */
  list(filter: DeliveryFilter, page: PageRequest<number>): Promise<Page<DeliveryRecordView, number>>;
  of(alerts: readonly AlertView[]): Promise<(alert: AlertView) => readonly DeliveryView[]>;
  /** Makes a delivery due now. @param actor the id of the key */
  resend(id: number, actor: string): Promise<Resend>;
}

interface DeliveryFilter {
  readonly sink?: Exclude<Destination, 'kafka'> | undefined;
  readonly state?: DeliveryState | undefined;
  readonly alertId?: string | undefined;
}

type Resend =
  | { readonly kind: 'due'; readonly delivery: DeliveryRecordView }
  | { readonly kind: 'unknown' | 'sending' | 'unconfigured' };

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

/** What the routes need of the feed that writes the streams of alerts. */
interface AlertStreams {
  /**
   * Settles where a stream begins; what it gives back then writes the stream to the client.
   * @param after the sequence of the last alert that the client has; undefined: from now on
   */
  open(cache: CacheName, after: number | undefined): Promise<(sink: Writable) => void>;
  /** Ends all streams. */
  stop(): Promise<void>;
}

/** The routes of one resource. */
export type Routes = (dependencies: ServerDependencies) => FastifyPluginAsyncZod;
