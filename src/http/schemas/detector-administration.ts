import { z } from 'zod';
import { field } from '../../domain/field.js';
import { atLeastOne, printableText } from './parts.js';
import { MAXIMUM_INT4 } from './reads.js';

/** In paths, topics, subjects of mails: plain characters, as all names of the collaboration are. */
const NAME = /^[!-~]([ -~]{0,62}[!-~])?$/;

const about = {
  id: field(z.int().min(0).max(MAXIMUM_INT4), {
    description: 'Its number in the collaboration; no other has it.',
    unit: '1',
    example: 23,
  }),
  full_name: field(printableText(256), { description: 'Its name in full.', example: 'Super-Kamiokande' }),
  type: field(printableText(128), { description: 'How it detects neutrinos.', example: 'water Cherenkov' }),
  site: field(printableText(256), { description: 'Where it stands.', example: 'Hida, Japan' }),
  latitude: field(z.number().min(-90).max(90), { description: 'North positive.', unit: 'deg', example: 36.43 }),
  longitude: field(z.number().min(-180).max(180), { description: 'East positive.', unit: 'deg', example: 137.31 }),
};

export const DetectorRequest = z
  .strictObject({
    name: field(z.string().regex(NAME, '1 to 64 printable ASCII characters, no blank at the ends'), {
      description: 'The name by which it sends: 1 to 64 printable ASCII characters. It is for good.',
      example: 'Hyper-K',
    }),
    ...about,
  })
  .meta({ id: 'DetectorRequest', description: 'A detector that is to take part.' });

export const DetectorChange = atLeastOne(z.strictObject(about).partial()).meta({
  id: 'DetectorChange',
  description: 'What is to be changed; the rest stays.',
});
