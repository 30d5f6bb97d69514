import { z } from 'zod';
import { DetectorKnown } from '../../administration/detectors.js';
import type { Routes } from '../dependencies.js';
import { requireAdmin } from '../plugins/access.js';
import { ProblemError } from '../problem.js';
import { DetectorChange, DetectorRequest } from '../schemas/detector-administration.js';
import { Detector } from '../schemas/detectors.js';
import { BODY_ERRORS, errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY, detectorName } from '../schemas/reads.js';
import { json } from '../schemas/response.js';

const tags = ['administration'];

/** Adds and changes detectors; GET /v1/detectors lists them. */
export const detectorAdministrationRoutes: Routes =
  ({ detectorAdministration, reads: { detectors } }) =>
  async (app) => {
    app.post(
      '/v1/admin/detectors',
      {
        config: { access: 'admin' },
        schema: {
          operationId: 'addDetector',
          security: ASKS_FOR_KEY,
          tags,
          summary: 'Add a detector',
          description:
            'All replicas accept its messages at once. It needs a key: POST /v1/admin/keys. A detector can not be removed.',
          body: DetectorRequest,
          response: { 201: json(Detector, 'The detector.'), ...errors(...BODY_ERRORS, 409) },
        },
      },
      async (request, reply) => {
        await unlessTaken(detectorAdministration.add(request.body, requireAdmin(request).id));
        const added = await detectors.byName(request.body.name);
        return reply.code(201).send(added as NonNullable<typeof added>);
      },
    );

    app.patch(
      '/v1/admin/detectors/:name',
      {
        config: { access: 'admin' },
        schema: {
          operationId: 'changeDetector',
          security: ASKS_FOR_KEY,
          tags,
          summary: 'Change a detector',
          description:
            'Fields that are not given keep their values. The name can not be changed: messages and keys refer to it.',
          params: z.object({ name: detectorName }),
          body: DetectorChange,
          response: { 200: json(Detector, 'The changed detector.'), ...errors(...BODY_ERRORS, 404, 409) },
        },
      },
      async (request) => {
        const { name } = request.params;
        const isThere = await unlessTaken(detectorAdministration.change(name, request.body, requireAdmin(request).id));
        const changed = isThere ? await detectors.byName(name) : null;
        if (changed === null) throw new ProblemError(404, `There is no detector ${name}.`);
        return changed;
      },
    );
  };

async function unlessTaken<Result>(written: Promise<Result>): Promise<Result> {
  try {
    return await written;
  } catch (error) {
    if (!(error instanceof DetectorKnown)) throw error;
    throw new ProblemError(409, error.message, [{ path: `/${error.field}`, message: error.message }]);
  }
}
