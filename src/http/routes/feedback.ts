import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readAddresses } from '../../domain/email-address.js';
import type { Routes, ServerDependencies } from '../dependencies.js';
import { requireWriter } from '../plugins/access.js';
import { ProblemError } from '../problem.js';
import { FeedbackGranted, type FeedbackGrantedView, FeedbackRequest } from '../schemas/feedback.js';
import { BODY_ERRORS, errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY, detectorName } from '../schemas/reads.js';
import { json } from '../schemas/response.js';

/** Sends the heartbeat feedback of a detector by e-mail. */
export const feedbackRoutes: Routes = (dependencies) => async (app) => {
  app.post(
    '/v1/detectors/:name/feedback',
    {
      config: { access: 'write' },
      schema: {
        operationId: 'requestFeedback',
        security: ASKS_FOR_KEY,
        tags: ['detectors'],
        summary: 'Request heartbeat feedback by e-mail',
        description:
          'A summary of the heartbeats of the last 24 h as text and picture. It is sent only to registered contacts of the detector, at most once a minute. Needs a key of the detector.',
        params: z.object({ name: detectorName }),
        body: FeedbackRequest,
        response: { 202: json(FeedbackGranted, 'The request was accepted.'), ...errors(...BODY_ERRORS, 404, 422) },
      },
    },
    async (request, reply) => {
      const granted = await askFeedback(dependencies, request, request.params.name, request.body?.email);
      return reply.code(202).send(granted);
    },
  );
};

/**
 * Requests the feedback of a detector. Only administrators are told which addresses are not registered.
 * @param email a list separated by semicolons
 * @throws ProblemError 403, 404, 422 or 429
 */
export async function askFeedback(
  { feedback, reads }: Pick<ServerDependencies, 'feedback' | 'reads'>,
  request: Pick<FastifyRequest, 'principal'>,
  detector: string,
  email: string | null | undefined,
): Promise<FeedbackGrantedView> {
  const { role } = requireWriter(request, detector);
  if (!(await reads.detectors.isKnown(detector))) throw new ProblemError(404, `There is no detector ${detector}.`);
  const id = randomUUID();
  const addresses = readAddresses(email ?? '');
  const answer = await feedback.ask({ id, detector, addresses, inPart: false });
  switch (answer?.kind) {
    case 'granted':
      return { id, detector_name: detector, recipients: answer.recipients };
    case 'no mail':
      throw new ProblemError(422, 'This server sends no e-mail: SMTP_URL is not set.');
    case 'no contacts':
      throw new ProblemError(422, `${detector} has no contacts. An administrator can add contacts.`);
    case 'unregistered': {
      const which = role === 'admin' ? `: ${answer.unregistered.join('; ')}` : '';
      const message = `not all of these are registered contacts of ${detector}${which}`;
      throw new ProblemError(422, `No e-mail was sent: ${message}.`, [{ path: '/email', message }]);
    }
    case 'too often':
      throw new ProblemError(429, `The feedback of ${detector} was sent within the last minute.`, [], {
        'retry-after': String(answer.retryAfter),
      });
    case undefined:
      throw new Error(`the request ${id} was made twice`);
  }
}
