import { z } from 'zod';
import { ROLES, type Role } from '../../administration/keys/principal.js';
import type { CacheName } from '../../domain/cache-name.js';
import { ENGINE_NAMES } from '../../domain/coincidence/engine.js';
import { field } from '../../domain/field.js';
import type { CacheStatus } from '../../reads/status.js';
import type { KafkaStatus } from '../dependencies.js';
import { cache } from './list.js';
import { Reset } from './resets.js';
import { utc, utcOrNull } from './views.js';

export interface StatusView extends CacheStatus {
  readonly cache: CacheName;
  readonly kafka: KafkaStatus | null;
  readonly degraded: readonly string[];
}

const Kafka: z.ZodType<KafkaStatus> = z
  .object({
    working: field(z.boolean(), { description: 'Messages are read and alerts can be sent.', example: true }),
    problems: field(z.array(z.string()), {
      description: 'What does not work at the moment, in words: which partition does not move, and why.',
      example: [],
    }),
    lag: field(z.int().nullable(), {
      description: 'Records of both observation topics that wait to be read, counted every 5 s; null: not known.',
      unit: '1',
      example: 0,
    }),
    lag_seconds: field(z.number().nullable(), {
      description: 'For how long the oldest of them has waited; 0: none waits; null: not known.',
      unit: 's',
      example: 0,
    }),
  })
  .meta({ id: 'KafkaStatus', description: 'How Kafka stands.' });

export const Status: z.ZodType<StatusView> = z
  .object({
    cache,
    engine: field(z.enum(ENGINE_NAMES), {
      description: 'How coincidences are found: `complete`, or `reference` as snews_cs does.',
      example: 'complete',
    }),
    window_seconds: field(z.number(), {
      description: 'Observations coincide within this time, its end included.',
      unit: 's',
      example: 10,
    }),
    version: field(z.int(), { description: 'Rises with every change of the tables.', unit: '1', example: 17 }),
    as_of: utc('When the tables last changed.'),
    last_observation_at: utcOrNull('When the last observation of this cache was received; null: none is kept.'),
    last_message_at: utcOrNull('When the last message of any kind, for any cache, was received; null: none is kept.'),
    last_sequence: field(z.int(), { description: 'Of the last alert; 0: none yet.', unit: '1', example: 12 }),
    undelivered_alerts: field(z.int(), {
      description: 'Alerts of this cache that have not reached all destinations yet.',
      unit: '1',
      example: 0,
    }),
    failed_deliveries: field(z.int(), {
      description: 'Deliveries of the last 200 alerts of this cache that were given up.',
      unit: '1',
      example: 0,
    }),
    last_reset: Reset.nullable().meta({ description: 'The last reset of this cache; null: none is kept.' }),
    kafka: Kafka.nullable().meta({ description: 'How Kafka stands; null: the server speaks REST only.' }),
    degraded: field(z.array(z.string()), {
      description: 'What does not work at the moment, while the rest does.',
      example: [],
    }),
  })
  .meta({ id: 'Status', description: 'A cache and the service at a glance.' });

/** Who asks, and what they may do. */
export interface AccessView {
  readonly role: Role | null;
  readonly key_id: string | null;
  readonly detectors: readonly string[];
  readonly reads: boolean;
}

export const Access: z.ZodType<AccessView> = z
  .object({
    role: field(z.enum(ROLES).nullable(), {
      description: 'Of the key that came along; null: none did.',
      example: 'reader',
    }),
    key_id: field(z.string().nullable(), { description: 'Names that key; null: none came.', example: '4fz81qk0' }),
    detectors: field(z.array(z.string()), {
      description: 'The detectors that the key may send for; none for other roles than `detector`.',
      example: [],
    }),
    reads: field(z.boolean(), {
      description: 'Whether the caller may read more than the alerts of the live cache.',
      example: true,
    }),
  })
  .meta({ id: 'Access', description: 'What the caller may do.' });
