import { z } from 'zod';
import { ROLES, type Role } from '../../administration/keys/principal.js';
import type { CacheName } from '../../domain/cache-name.js';
import { ENGINE_NAMES } from '../../domain/coincidence/engine.js';
import { field } from '../../domain/field.js';
import type { CacheStatus } from '../../reads/status.js';
import type { KafkaStatus } from '../dependencies.js';
import { cache } from './list.js';
import { utc, utcOrNull } from './parts.js';
import { Reset } from './resets.js';

export interface StatusView extends CacheStatus {
  readonly cache: CacheName;
  readonly kafka: KafkaStatus | null;
  readonly degraded: readonly string[];
}

const Kafka: z.ZodType<KafkaStatus> = z
  .object({
    working: field(z.boolean(), { description: 'Whether messages are read and alerts can be sent.', example: true }),
    problems: field(z.array(z.string()), {
      description: 'The present problems in words, for example which partition is stalled, and why.',
      example: [],
    }),
    lag: field(z.int().nullable(), {
      description:
        'The number of unread records in both observation topics, counted every 5 s; null if it is not known.',
      unit: '1',
      example: 0,
    }),
    lag_seconds: field(z.number().nullable(), {
      description: 'The age of the oldest unread record; 0 if there is none, null if it is not known.',
      unit: 's',
      example: 0,
    }),
  })
  .meta({ id: 'KafkaStatus', description: 'The state of the connection to Kafka.' });

export const Status: z.ZodType<StatusView> = z
  .object({
    cache,
    engine: field(z.enum(ENGINE_NAMES), {
      description: 'The engine that finds coincidences: `complete`, or `reference`, which reproduces snews_cs.',
      example: 'complete',
    }),
    window_seconds: field(z.number(), {
      description: 'The coincidence window: observations coincide if they lie at most this far apart.',
      unit: 's',
      example: 10,
    }),
    version: field(z.int(), {
      description: 'The version of the cache, which rises with every change of its sub-groups.',
      unit: '1',
      example: 17,
    }),
    as_of: utc('When the sub-groups last changed.'),
    last_observation_at: utcOrNull('When the last observation of this cache was received; null if none is stored.'),
    last_message_at: utcOrNull(
      'When the last message of any kind, for any cache, was received; null if none is stored.',
    ),
    last_sequence: field(z.int(), {
      description: 'The sequence of the last alert; 0 before the first.',
      unit: '1',
      example: 12,
    }),
    undelivered_alerts: field(z.int(), {
      description: 'The number of alerts of this cache that are pending for at least one destination.',
      unit: '1',
      example: 0,
    }),
    failed_deliveries: field(z.int(), {
      description: 'The number of failed deliveries of the last 200 alerts of this cache.',
      unit: '1',
      example: 0,
    }),
    last_reset: Reset.nullable().meta({ description: 'The last reset of this cache; null if none is stored.' }),
    kafka: Kafka.nullable().meta({
      description: 'The state of the connection to Kafka; null if Kafka is not configured.',
    }),
    degraded: field(z.array(z.string()), {
      description: 'The parts of the server that do not work at present, while the others do.',
      example: [],
    }),
  })
  .meta({ id: 'Status', description: 'The state of a cache and of the service.' });

/** The caller, and what the caller may do. */
export interface AccessView {
  readonly role: Role | null;
  readonly key_id: string | null;
  readonly detectors: readonly string[];
  readonly reads: boolean;
}

export const Access: z.ZodType<AccessView> = z
  .object({
    role: field(z.enum(ROLES).nullable(), {
      description: 'The role of the key in the request; null without a key.',
      example: 'reader',
    }),
    key_id: field(z.string().nullable(), {
      description: 'The id of the key in the request; null without a key.',
      example: '4fz81qk0',
    }),
    detectors: field(z.array(z.string()), {
      description: 'The detectors that the key may send for; empty for other roles than `detector`.',
      example: [],
    }),
    reads: field(z.boolean(), {
      description: 'Whether the caller may read all data; else only alerts of the live cache.',
      example: true,
    }),
  })
  .meta({ id: 'Access', description: 'What the caller may do.' });
