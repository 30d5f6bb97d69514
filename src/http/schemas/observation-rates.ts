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
      description: 'The number of accepted observations in each interval, by time of receipt, in the order of `times`.',
      unit: '1',
      example: [0, 2, 1],
    }),
  })
  .meta({ id: 'DetectorRate', description: 'The observation rates of a detector.' });

export const ObservationRates: z.ZodType<ObservationRatesView> = z
  .object({
    cache,
    by: field(z.enum(Object.keys(INTERVAL_MINUTES) as [Interval, ...Interval[]]), {
      description: 'The length of the intervals.',
      example: 'hour',
    }),
    times: field(z.array(z.string().meta({ format: 'date-time' })), {
      description: 'The beginnings of the intervals, without gaps.',
      unit: 'UTC',
      example: ['2030-01-01T11:00:00.000000000Z', '2030-01-01T12:00:00.000000000Z', '2030-01-01T13:00:00.000000000Z'],
    }),
    detectors: z
      .array(DetectorRate)
      .meta({ description: 'The detectors that sent observations, in order of their names.' }),
  })
  .meta({ id: 'ObservationRates', description: 'The number of observations per detector and interval.' });
