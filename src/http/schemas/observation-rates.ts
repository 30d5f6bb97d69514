import { z } from 'zod';
import { field } from '../../domain/field.js';
import {
  type DetectorRateView,
  INTERVAL_MINUTES,
  type Interval,
  type ObservationRatesView,
} from '../../reads/observation-rates.js';
import { cache } from './list.js';
import { detectorName } from './views.js';

const DetectorRate: z.ZodType<DetectorRateView> = z
  .object({
    detector_name: detectorName,
    observations: field(z.array(z.int()), {
      description: 'Accepted observations in each interval, by the time of receipt; in the order of `times`.',
      unit: '1',
      example: [0, 2, 1],
    }),
  })
  .meta({ id: 'DetectorRate', description: 'How many observations of a detector came, and when.' });

export const ObservationRates: z.ZodType<ObservationRatesView> = z
  .object({
    cache,
    by: field(z.enum(Object.keys(INTERVAL_MINUTES) as [Interval, ...Interval[]]), {
      description: 'How long the intervals are.',
      example: 'hour',
    }),
    times: field(z.array(z.string().meta({ format: 'date-time' })), {
      description: 'Where the intervals begin, without gaps.',
      unit: 'UTC',
      example: ['2030-01-01T11:00:00.000000000Z', '2030-01-01T12:00:00.000000000Z', '2030-01-01T13:00:00.000000000Z'],
    }),
    detectors: z.array(DetectorRate).meta({ description: 'Those that sent any, by name.' }),
  })
  .meta({ id: 'ObservationRates', description: 'How many observations came, and when.' });
