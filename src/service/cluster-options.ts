import type pg from 'pg';
import type { CacheService } from '../cache/contract.js';
import type { DeliveryObserver } from '../delivery/observer.js';
import type { Log } from '../domain/log.js';
import type { KafkaSettings } from '../kafka/settings.js';

/** What a Kafka cluster needs as an input and an output. */
export interface ClusterOptions {
  readonly settings: KafkaSettings;
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  readonly cacheService: CacheService;
  /** Sender of the alerts if there is no SASL user name. */
  readonly serverTag: string;
  /** Carries out the command display-heartbeats. */
  displayHeartbeats(): void;
  /** Carries out the command Get-Feedback. */
  giveFeedback(): void;
  /** Carries out the command broker-change. */
  changeBrokers(): void;
  readonly observer: DeliveryObserver;
  readonly log: Log;
}
