import { z } from 'zod';
import { field } from '../field.js';
import { detectorName, envelope, neutrinoTime, pVal, text, tier, utcTime, uuid } from './parts.js';

/** The messages of the package snews-data-formats, as this server takes them. Keys beyond these are ignored. */

export const CoincidenceTier = z
  .object({ ...envelope, tier: tier('CoincidenceTier'), neutrino_time_utc: neutrinoTime, p_val: pVal })
  .meta({ id: 'CoincidenceTier', description: 'A detector has seen something.' });
export type CoincidenceTier = z.output<typeof CoincidenceTier>;

/** Clients fill in 0 where they mean nothing. */
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
      description:
        'Withdraws so many of the most recently received observations; more than there are takes all. 0: absent.',
      unit: '1',
      example: 1,
    }),
    retract_message_uuid: field(uuid.nullish(), {
      description: 'Withdraws this observation, also before it has come (for 48 h).',
      example: '5f4bd1a0-3a42-4d25-9d3f-0a1f5d7a0c11',
    }),
    retraction_reason: field(text(0, 4096).nullish(), {
      description: 'Why, for whoever reads it.',
      example: 'calibration source left in',
    }),
  })
  .superRefine((retraction, context) => {
    const latest = retraction.retract_latest_n ?? null;
    const uuidGiven = retraction.retract_message_uuid ?? null;
    if ((latest === null) === (uuidGiven === null)) {
      const message = 'give one of retract_latest_n and retract_message_uuid';
      context.addIssue({ code: 'custom', path: ['retract_message_uuid'], message });
    }
  })
  .meta({
    id: 'Retraction',
    description: 'A detector withdraws observations: one of `retract_latest_n` and `retract_message_uuid`.',
    // What the refinement says, for the document.
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
  .meta({ id: 'Heartbeat', description: 'A detector says that it is there, and whether it takes data.' });
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
      description: 'The time from which the series counts.',
      unit: 'UTC',
      example: '2030-01-01T12:34:45.678999123Z',
    }),
    timing_series: field(z.array(z.int().min(0)), {
      description: 'Times of single events since the start, or, with `time_bin_width_ns`, counts per bin.',
      unit: 'ns (or 1, in bins)',
      example: [0, 1500, 2_000_000],
    }),
    time_bin_width_ns: field(nonNegative.nullish(), {
      description: 'Width of the bins; without it the series is of single events.',
      unit: 'ns',
      example: 2_000_000,
    }),
    background_rate_Hz: field(nonNegative.nullish(), {
      description: 'Rate of the background.',
      unit: 'Hz',
      example: 286.4,
    }),
    detection_channel: field(z.union([text(0, 64), z.array(text(0, 64)).max(64)]).nullish(), {
      description: 'Channel of detection, or several.',
      example: 'IBD',
    }),
    p_val: pVal,
  })
  .meta({ id: 'TimingTier', description: 'The light curve of a burst: when each neutrino came, or counts per bin.' });
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
  .meta({ id: 'SignificanceTier', description: 'How significant a burst is, bin by bin.' });
export type SignificanceTier = z.output<typeof SignificanceTier>;

/** What snews_pt sends to see whether it is heard; other keys are sent back as they came. */
export const ConnectionTest = z
  .looseObject({ detector_name: detectorName, meta: envelope.meta })
  .meta({ id: 'ConnectionTest', description: 'A message that asks only to be sent back.' });
export type ConnectionTest = z.output<typeof ConnectionTest>;
