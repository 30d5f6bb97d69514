import { z } from 'zod';
import type { CacheService } from '../../cache/contract.js';
import { cacheOf } from '../../domain/cache-name.js';
import type { Json } from '../../domain/commands.js';
import { field } from '../../domain/field.js';
import { type ReadMessage, readAs, readMessage } from '../../domain/messages/any-message.js';
import { ConnectionTest } from '../../domain/messages/tiers.js';
import type { ResetAnswer } from '../../domain/views.js';
import type { Routes } from '../dependencies.js';
import { createIntake } from '../intake.js';
import { requireAdmin } from '../plugins/access.js';
import { ProblemError } from '../problem.js';
import { Archived, Observed, ResetDone, Retracted } from '../schemas/answers.js';
import { FeedbackCommand, FeedbackGranted } from '../schemas/feedback.js';
import { BODY_ERRORS, errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY } from '../schemas/reads.js';
import { json } from '../schemas/response.js';
import { sendReply } from '../send-reply.js';
import { askFeedback } from './feedback.js';

const AnyMessage = field(z.custom<Json>().meta({ type: 'object', additionalProperties: true }), {
  description:
    'A message of any kind, as the clients of the collaboration build it. An `id` (or `_id`) that begins with `0_` names a command. Else `tier` names the kind, or the part of `id` after the first underscore.',
  example: {
    id: 'Super-K_CoincidenceTier_None',
    tier: 'CoincidenceTier',
    detector_name: 'Super-K',
    neutrino_time_utc: '2030-01-01T12:34:45.678999123Z',
    is_test: true,
  },
});

const RESPONSES = {
  200: json(
    z.union([Observed, Retracted, Archived, ResetDone, ConnectionTest]),
    'A retraction or a command was carried out, or the message was received before.',
  ),
  201: json(z.union([Observed, Archived]), 'The message is stored.'),
  202: json(
    z.union([Retracted, FeedbackGranted]),
    'The observation to retract has not been received yet, or the request for feedback was accepted.',
  ),
  ...errors(...BODY_ERRORS, 404, 409, 422),
};

/** Messages and commands as the clients of the collaboration build them. */
export const anyMessage: Routes =
  ({ cacheService, reads, feedback }) =>
  async (app) => {
    const intake = createIntake({ cacheService, reads });

    app.post(
      '/v1/messages',
      {
        config: { access: 'write' },
        schema: {
          operationId: 'postMessage',
          tags: ['messages'],
          summary: 'Send a message of any kind',
          description:
            'Accepts a message as the clients of the collaboration build it, including older clients, and answers like the route of its kind. Commands (`0_hard-reset`, `0_test-connection`, `0_Get-Feedback`) need an admin key; their `pass` is ignored.',
          security: ASKS_FOR_KEY,
          body: AnyMessage,
          response: RESPONSES,
        },
      },
      async (request, reply) => {
        const read = readMessage(request.body);
        switch (read.kind) {
          case 'CoincidenceTier':
            return sendReply(reply, await intake.observe(request, read.message));
          case 'Retraction':
            return sendReply(reply, await intake.retract(request, read.message));
          case 'Heartbeat': {
            const { status, answer } = await intake.heartbeat(request, read.message);
            return reply.code(status).send(answer);
          }
          case 'TimingTier': {
            const { status, answer } = await intake.timing(request, read.message);
            return reply.code(status).send(answer);
          }
          case 'SignificanceTier': {
            const { status, answer } = await intake.significance(request, read.message);
            return reply.code(status).send(answer);
          }
          case 'test-connection':
            requireAdmin(request);
            return intake.testConnection(request, read.message);
          case 'command':
            if (read.name === 'Get-Feedback') {
              requireAdmin(request);
              const { detector_name: detector, email } = readAs(FeedbackCommand, request.body);
              return reply.code(202).send(await askFeedback({ feedback, reads }, request, detector, email));
            }
            return carryOut(cacheService, requireAdmin(request).id, read);
        }
      },
    );
  };

type Command = Extract<ReadMessage, { kind: 'command' }>;

async function carryOut(
  cacheService: CacheService,
  actor: string,
  { name, isTest, isFiredrill }: Command,
): Promise<ResetAnswer> {
  if (name !== 'hard-reset') {
    throw new ProblemError(
      422,
      `The command 0_${name} is not supported; 0_hard-reset, 0_test-connection and 0_Get-Feedback are.`,
    );
  }
  const cache = cacheOf({ is_test: isTest, is_firedrill: isFiredrill });
  return cacheService.reset({ kind: 'reset', cache, reason: 'command 0_hard-reset', actor });
}
