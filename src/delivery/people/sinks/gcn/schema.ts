import { createRequire } from 'node:module';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { DeliveryError } from '../sink.js';
import type { GcnNotice } from './notice.js';

const require = createRequire(import.meta.url);
const CORE = ['Alert', 'Event', 'Reporter', 'DateTime', 'Statistics'].map((name): { $id: string } =>
  require(`@nasa-gcn/schema/gcn/notices/core/${name}.schema.json`),
);

const time = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z$' };
const rate = { type: 'number', exclusiveMinimum: 0 };

/** What SNEWS adds to GCN's core schemas, and which of their properties its notices always have. */
const SNEWS = {
  type: 'object',
  allOf: CORE.map(({ $id }) => ({ $ref: $id })),
  properties: {
    $schema: { type: 'string' },
    alert_datetime: time,
    alert_tense: { enum: ['current', 'test'] },
    event_name: { type: 'string', minLength: 1 },
    record_number: { type: 'integer', minimum: 1 },
    trigger_time: time,
    far: rate,
    snews_schema_version: { type: 'string' },
    snews2_tier: { const: 'CoincidenceTier' },
    detector_names: { type: 'array', items: { type: 'string', minLength: 1 } },
    detector_status: { type: 'object', additionalProperties: { enum: ['on', 'off', 'triggered'] } },
    event_times_utc: { type: 'array', items: time },
    tier_data: {
      type: 'object',
      properties: {
        neutrino_time_utc: time,
        p_values: { type: 'array', items: { type: 'number', minimum: 0, maximum: 1 } },
        false_alarm_prob: rate,
        measured_false_alarm_rate_hz: rate,
        alert_uuid: { type: 'string', minLength: 36, maxLength: 36 },
        snews_alert_type: { type: 'string' },
        sub_group: { type: 'integer', minimum: 0 },
      },
      required: ['neutrino_time_utc', 'alert_uuid', 'snews_alert_type', 'sub_group'],
      additionalProperties: false,
    },
  },
  required: [
    '$schema',
    'alert_datetime',
    'alert_tense',
    'alert_type',
    'event_name',
    'id',
    'mission',
    'messenger',
    'record_number',
    'trigger_time',
    'snews_schema_version',
    'snews2_tier',
    'detector_names',
    'detector_status',
    'event_times_utc',
    'tier_data',
  ],
  unevaluatedProperties: false,
};

const isValid = new Ajv2020({ allErrors: true, schemas: CORE }).compile<GcnNotice>(SNEWS);

/** @throws DeliveryError if GCN's core schemas or ours don't allow it: an invalid notice is never sent */
export function requireValid(notice: GcnNotice): void {
  if (isValid(notice)) return;
  const errors = (isValid.errors ?? []).map(errorText).join('; ');
  throw new DeliveryError(`the notice does not match GCN's schemas and is not sent: ${errors}`, 'permanent');
}

function errorText({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath || '/'} ${message} ${JSON.stringify(params)}`;
}
