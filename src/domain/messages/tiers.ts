import { z } from 'zod';
import { field } from '../field.js';
import { detectorName, envelope, neutrinoTime, pVal, text, tier, utcTime, uuid } from './parts.js';

/** Schemas of the messages of the package snews-data-formats. Other keys are ignored. */

export const CoincidenceTier = z
  .object({ ...envelope, tier: tier('CoincidenceTier'), neutrino_time_utc: neutrinoTime, p_val: pVal })
  .meta({ id: 'CoincidenceTier', description: 'A detector reports an observation.' });
export type CoincidenceTier = z.output<typeof CoincidenceTier>;

/** Clients send 0 for an absent value. */
const retractLatestN = z
  .int()
  .min(0)
  .nullish()
  .transform((n) => (n === 0 ? null : n));

export const Retraction = z
  .object({
    ...envelope,
    tier: tier('Retraction'),
    retract_latest_n: field(retractLatestN, {
      description: 'Number of most recently received observations to retract; all if there are fewer. 0 means absent.',
      unit: '1',
      example: 1,
    }),
    retract_message_uuid: field(uuid.nullish(), {
      description: 'The observation to retract. It may arrive up to 48 h after the retraction.',
      example: '5f4bd1a0-3a42-4d25-9d3f-0a1f5d7a0c11',
    }),
    retraction_reason: field(text(0, 4096).nullish(), {
      description: 'Reason for the retraction, for human readers.',
      example: 'calibration source left in',
    }),
  })
  .superRefine((retraction, context) => {
    const latest = retraction.retract_latest_n ?? null;
    const uuidGiven = retraction.retract_message_uuid ?? null;
    if ((latest === null) === (uuidGiven === null)) {
      const message = 'exactly one of retract_latest_n and retract_message_uuid is required';
      context.addIssue({ code: 'custom', path: ['retract_message_uuid'], message });
    }
  })
  .meta({
    id: 'Retraction',
    description:
      'A detector retracts observations. Exactly one of `retract_latest_n` and `retract_message_uuid` is required.',
    // The refinement above, for the OpenAPI document.
    if: { required: ['retract_message_uuid'], properties: { retract_message_uuid: { type: 'string' } } },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so
    then: { properties: { retract_latest_n: { enum: [0, null] } } },
    else: { required: ['retract_latest_n'], properties: { retract_latest_n: { type: 'integer', minimum: 1 } } },
    example: { detector_name: 'Super-K', retract_latest_n: 1, retraction_reason: 'calibration source left in' },
  });
export type Retraction = z.output<typeof Retraction>;

export const Heartbeat = z
  .object({
    ...envelope,
    tier: tier('Heartbeat'),
    detector_status: field(z.enum(['ON', 'OFF']), {
      description: 'Whether the detector takes data.',
      example: 'ON',
    }),
  })
  .meta({ id: 'Heartbeat', description: 'A detector reports that it is running, and whether it takes data.' });
export type Heartbeat = z.output<typeof Heartbeat>;

const nonNegative = z.number().min(0);

export const TimingTier = z
  .object({
    ...envelope,
    tier: tier('TimingTier'),
    neutrino_time_utc: field(utcTime.nullish(), {
      description: 'Time of the first neutrino.',
      unit: 'UTC',
      example: '2030-01-01T12:34:45.678999123Z',
    }),
    start_time_utc: field(utcTime.nullish(), {
      description: 'Start of the series.',
      unit: 'UTC',
      example: '2030-01-01T12:34:45.678999123Z',
    }),
    timing_series: field(z.array(z.int().min(0)), {
      description: 'Times of single events since the start of the series; with `time_bin_width_ns`, counts per bin.',
      unit: 'ns; 1 for counts per bin',
      example: [0, 1500, 2_000_000],
    }),
    time_bin_width_ns: field(nonNegative.nullish(), {
      description: 'Width of the bins. If it is absent, the series consists of single events.',
      unit: 'ns',
      example: 2_000_000,
    }),
    background_rate_Hz: field(nonNegative.nullish(), {
      description: 'Background rate.',
      unit: 'Hz',
      example: 286.4,
    }),
    detection_channel: field(z.union([text(0, 64), z.array(text(0, 64)).max(64)]).nullish(), {
      description: 'Detection channel or channels.',
      example: 'IBD',
    }),
    p_val: pVal,
  })
  .meta({ id: 'TimingTier', description: 'Light curve of a burst: the time of each neutrino, or counts per bin.' });
export type TimingTier = z.output<typeof TimingTier>;

export const SignificanceTier = z
  .object({
    ...envelope,
    tier: tier('SignificanceTier'),
    p_val: pVal,
    p_values: field(z.array(z.number().min(0).max(1)), {
      description: 'The p-value of each time bin.',
      unit: '1',
      example: [0.4, 0.5, 0.09, 0.04, 1],
    }),
    t_bin_width_sec: field(nonNegative.nullish(), { description: 'Width of the bins.', unit: 's', example: 0.6 }),
  })
  .meta({ id: 'SignificanceTier', description: 'Significance of a burst, per time bin.' });
export type SignificanceTier = z.output<typeof SignificanceTier>;

/** Sent by snews_pt to check the connection. Other keys are sent back unchanged. */
export const ConnectionTest = z
  .looseObject({ detector_name: detectorName, meta: envelope.meta })
  .meta({ id: 'ConnectionTest', description: 'A connection test: the server sends the message back.' });
export type ConnectionTest = z.output<typeof ConnectionTest>;
