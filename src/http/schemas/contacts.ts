import { z } from 'zod';
import type { ContactView } from '../../administration/contacts.js';
import { field } from '../../domain/field.js';
import { mailAddress } from '../../domain/mail-address.js';
import { page } from './list.js';
import { atLeastOne, printableText } from './parts.js';
import { detectorName } from './reads.js';
import { utc } from './views.js';

const whose = { description: 'The detector whose contact it is; null: of no single one.', example: 'Super-K' };
const name = field(printableText(128), { description: 'Who it is.', example: 'Super-K shift' });
const email = field(mailAddress, {
  description: 'One bare e-mail address; once with each detector.',
  example: 'shift@example.org',
});
const wantsAlerts = field(z.boolean(), { description: 'Gets live alerts.', example: true });
const wantsWarnings = field(z.boolean(), {
  description: 'Is warned when the detector is late or too few are on, and told when that is over.',
  example: true,
});

export const ContactRequest = z
  .object({
    detector_name: field(detectorName.nullish(), whose),
    name,
    email,
    wants_alerts: wantsAlerts.nullish().meta({ description: 'Gets live alerts; not, unless it is said.' }),
    wants_warnings: wantsWarnings.nullish().meta({
      description:
        "Is warned when the detector is late or too few are on; unless it is said, a detector's contact is, another isn't.",
    }),
  })
  .transform(({ detector_name, wants_alerts, wants_warnings, ...who }) => ({
    ...who,
    detector_name: detector_name ?? null,
    wants_alerts: wants_alerts ?? false,
    wants_warnings: wants_warnings ?? typeof detector_name === 'string',
  }))
  .meta({ id: 'ContactRequest', description: 'Somebody who is to be told things by e-mail.' });

export const ContactChange = atLeastOne(
  z.strictObject({
    name: name.optional(),
    email: email.optional(),
    wants_alerts: wantsAlerts.optional(),
    wants_warnings: wantsWarnings.optional(),
  }),
).meta({ id: 'ContactChange', description: 'What is to be changed; the rest stays.' });

export const Contact: z.ZodType<ContactView> = z
  .object({
    id: field(z.int(), { description: 'Counts up, with gaps.', unit: '1', example: 3 }),
    detector_name: field(detectorName.nullable(), whose),
    name,
    email: field(z.string(), { description: 'Its domain in lower case.', example: 'shift@example.org' }),
    wants_alerts: wantsAlerts,
    wants_warnings: wantsWarnings,
    created_at: utc('When it was added.'),
    created_by: field(z.string(), { description: 'The id of the key that added it.', example: 'configured' }),
  })
  .meta({ id: 'Contact', description: 'Somebody who is told things by e-mail.' });

export const ContactPage = page(Contact, 'ContactPage', 'Contacts by id.');
