import { z } from 'zod';
import { ContactKnown, type ContactView } from '../../administration/contacts.js';
import { field } from '../../domain/field.js';
import type { CsvColumn } from '../csv.js';
import { decodeCursor } from '../cursor.js';
import type { Routes } from '../dependencies.js';
import { toPage } from '../page.js';
import { requireAdmin } from '../plugins/access.js';
import { ProblemError } from '../problem.js';
import { negotiate, representPage } from '../representation.js';
import { Contact, ContactChange, ContactPage, ContactRequest } from '../schemas/contacts.js';
import { listQuery, wholeNumber } from '../schemas/list.js';
import { BODY_ERRORS, errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY, detectorName, jsonOrCsv, NOT_ACCEPTABLE } from '../schemas/reads.js';
import { json } from '../schemas/response.js';

const tags = ['administration'];

/** The id of the last contact of the page. */
const Position = z.tuple([z.int().min(0)]);

const Which = z.object({
  id: field(wholeNumber(1, Number.MAX_SAFE_INTEGER), { description: 'The id of the contact.', unit: '1', example: 3 }),
});

const COLUMNS: readonly CsvColumn<ContactView>[] = [
  ['id', ({ id }) => id],
  ['detector_name', ({ detector_name }) => detector_name],
  ['name', ({ name }) => name],
  ['email', ({ email }) => email],
  ['wants_alerts', ({ wants_alerts }) => wants_alerts],
  ['wants_warnings', ({ wants_warnings }) => wants_warnings],
  ['created_at', ({ created_at }) => created_at],
  ['created_by', ({ created_by }) => created_by],
];

/** Who is notified by e-mail. Only administrators see addresses. */
export const contactRoutes: Routes =
  ({ contacts, reads: { detectors } }) =>
  async (app) => {
    app.get(
      '/v1/admin/contacts',
      {
        config: { access: 'admin' },
        schema: {
          operationId: 'listContacts',
          security: ASKS_FOR_KEY,
          tags,
          summary: 'Contacts',
          description: 'Who is notified by e-mail, in order of the ids. Also as CSV.',
          querystring: z.strictObject({ ...listQuery([42]).shape, detector_name: detectorName.optional() }),
          response: { 200: jsonOrCsv(ContactPage, 'Contacts.'), ...errors(400, 401, 403, 503), ...NOT_ACCEPTABLE },
        },
      },
      async (request, reply) => {
        const mediaType = negotiate(request.headers.accept);
        const { limit, cursor, detector_name: detector } = request.query;
        const after = decodeCursor(cursor, Position)?.[0];
        const page = toPage(await contacts.list({ limit, after }, detector), (id) => [id]);
        return representPage(reply, mediaType, request.url, page, COLUMNS);
      },
    );

    app.post(
      '/v1/admin/contacts',
      {
        config: { access: 'admin' },
        schema: {
          operationId: 'addContact',
          security: ASKS_FOR_KEY,
          tags,
          summary: 'Add a contact',
          description: 'E-mails about a detector are sent to registered addresses only.',
          body: ContactRequest,
          response: { 201: json(Contact, 'The contact.'), ...errors(...BODY_ERRORS, 409, 422) },
        },
      },
      async (request, reply) => {
        const { detector_name: detector } = request.body;
        if (detector !== null && !(await detectors.isKnown(detector))) {
          const message = `there is no detector ${detector}`;
          throw new ProblemError(422, message, [{ path: '/detector_name', message }]);
        }
        const added = await unlessKnown(contacts.add(request.body, requireAdmin(request).id));
        return reply.code(201).send(added);
      },
    );

    app.patch(
      '/v1/admin/contacts/:id',
      {
        config: { access: 'admin' },
        schema: {
          operationId: 'changeContact',
          security: ASKS_FOR_KEY,
          tags,
          summary: 'Change a contact',
          description:
            'Fields that are not given keep their values. The detector of a contact can not be changed: remove the contact and add another.',
          params: Which,
          body: ContactChange,
          response: { 200: json(Contact, 'The changed contact.'), ...errors(...BODY_ERRORS, 404, 409) },
        },
      },
      async (request) => {
        const { id } = request.params;
        return present(await unlessKnown(contacts.change(id, request.body, requireAdmin(request).id)), id);
      },
    );

    app.delete(
      '/v1/admin/contacts/:id',
      {
        config: { access: 'admin' },
        schema: {
          operationId: 'removeContact',
          security: ASKS_FOR_KEY,
          tags,
          summary: 'Remove a contact',
          description: 'Name and address are deleted for good. The audit log does not contain them.',
          params: Which,
          response: { 200: json(Contact, 'The removed contact.'), ...errors(400, 401, 403, 404, 503) },
        },
      },
      async (request) => {
        const { id } = request.params;
        return present(await contacts.remove(id, requireAdmin(request).id), id);
      },
    );
  };

function present(contact: ContactView | undefined, id: number): ContactView {
  if (contact === undefined) throw new ProblemError(404, `There is no contact ${id}.`);
  return contact;
}

async function unlessKnown<Result>(written: Promise<Result>): Promise<Result> {
  try {
    return await written;
  } catch (error) {
    if (!(error instanceof ContactKnown)) throw error;
    throw new ProblemError(409, error.message, [{ path: '/email', message: error.message }]);
  }
}
