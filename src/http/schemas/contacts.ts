import { z } from 'zod';
import type { ContactView } from '../../administration/contacts.js';
import { emailAddress } from '../../domain/email-address.js';
import { field } from '../../domain/field.js';
import { page } from './list.js';
import { atLeastOne, printableText, utc } from './parts.js';
import { detectorName } from './reads.js';

const whose = {
  description: 'The detector of the contact; null if the contact belongs to no single detector.',
  example: 'Super-K',
};
const name = field(printableText(128), { description: 'The name of the contact.', example: 'Super-K shift' });
const email = field(emailAddress, {
  description: 'One e-mail address without a display name. An address can be added once per detector.',
  example: 'shift@example.org',
});
const wantsAlerts = field(z.boolean(), { description: 'Receives live alerts.', example: true });
const wantsWarnings = field(z.boolean(), {
  description:
    'Receives a warning when the detector is late or too few detectors are on, and a message when that has ended.',
  example: true,
});

export const ContactRequest = z
  .object({
    detector_name: field(detectorName.nullish(), whose),
    name,
    email,
    wants_alerts: wantsAlerts.nullish().meta({ description: 'Receives live alerts; by default false.' }),
    wants_warnings: wantsWarnings.nullish().meta({
      description:
        'Receives warnings of late detectors and of a quiet network; by default true if `detector_name` is given, else false.',
    }),
  })
  .transform(({ detector_name, wants_alerts, wants_warnings, ...who }) => ({
    ...who,
    detector_name: detector_name ?? null,
    wants_alerts: wants_alerts ?? false,
    wants_warnings: wants_warnings ?? typeof detector_name === 'string',
  }))
  .meta({ id: 'ContactRequest', description: 'A contact to add.' });

export const ContactChange = atLeastOne(
  z.strictObject({
    name: name.optional(),
    email: email.optional(),
    wants_alerts: wantsAlerts.optional(),
    wants_warnings: wantsWarnings.optional(),
  }),
).meta({ id: 'ContactChange', description: 'The fields to change; others keep their values.' });

export const Contact: z.ZodType<ContactView> = z
  .object({
    id: field(z.int(), {
      description: 'The number of the contact; numbers rise and may have gaps.',
      unit: '1',
      example: 3,
    }),
    detector_name: field(detectorName.nullable(), whose),
    name,
    email: field(z.string(), {
      description: 'The e-mail address; its domain is in lower case.',
      example: 'shift@example.org',
    }),
    wants_alerts: wantsAlerts,
    wants_warnings: wantsWarnings,
    created_at: utc('When the contact was added.'),
    created_by: field(z.string(), { description: 'The id of the key that added it.', example: 'configured' }),
  })
  .meta({ id: 'Contact', description: 'Somebody who is notified by e-mail.' });

export const ContactPage = page(Contact, 'ContactPage', 'Contacts in order of their ids.');
