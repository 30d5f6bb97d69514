import { z } from 'zod';
import { field } from '../../domain/field.js';
import { atLeastOne, MAXIMUM_INT4, printableText } from './parts.js';

/** Names appear in paths, topics and subjects of e-mails: only printable ASCII, as in all names of the collaboration. */
const NAME = /^[!-~]([ -~]{0,62}[!-~])?$/;

const about = {
  id: field(z.int().min(0).max(MAXIMUM_INT4), {
    description: 'The number of the detector in the collaboration; it is unique.',
    unit: '1',
    example: 23,
  }),
  full_name: field(printableText(256), { description: 'The full name.', example: 'Super-Kamiokande' }),
  type: field(printableText(128), { description: 'The detection technique.', example: 'water Cherenkov' }),
  site: field(printableText(256), { description: 'The location, in words.', example: 'Hida, Japan' }),
  latitude: field(z.number().min(-90).max(90), {
    description: 'The latitude, north positive.',
    unit: 'deg',
    example: 36.43,
  }),
  longitude: field(z.number().min(-180).max(180), {
    description: 'The longitude, east positive.',
    unit: 'deg',
    example: 137.31,
  }),
};

export const DetectorRequest = z
  .strictObject({
    name: field(
      z.string().regex(NAME, 'must be 1 to 64 printable ASCII characters without leading or trailing blanks'),
      {
        description:
          'The name that the detector sends in its messages: 1 to 64 printable ASCII characters. It can not be changed.',
        example: 'Hyper-K',
      },
    ),
    ...about,
  })
  .meta({ id: 'DetectorRequest', description: 'A detector to add.' });

export const DetectorChange = atLeastOne(z.strictObject(about).partial()).meta({
  id: 'DetectorChange',
  description: 'The fields to change; others keep their values.',
});
