import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { CacheService } from '../../cache/contract.js';
import { cacheOf } from '../../domain/cache-name.js';
import type { Json } from '../../domain/commands.js';
import { field } from '../../domain/field.js';
import { type ReadMessage, readAs, readMessage } from '../../domain/messages/any-message.js';
import {
  CoincidenceTier,
  ConnectionTest,
  Heartbeat,
  Retraction,
  SignificanceTier,
  TimingTier,
} from '../../domain/messages/tiers.js';
import type { ObserveAnswer, ResetAnswer, RetractAnswer } from '../../domain/views.js';
import type { Routes } from '../dependencies.js';
import { type CommandReply, createIntake } from '../intake.js';
import { requireAdmin } from '../plugins/access.js';
import { ProblemError } from '../problem.js';
import { sendJson } from '../representation.js';
import { Archived, Observed, ResetDone, Retracted } from '../schemas/answers.js';
import { FeedbackCommand, FeedbackGranted } from '../schemas/feedback.js';
import { BODY_ERRORS, errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY } from '../schemas/reads.js';
import { json } from '../schemas/response.js';
import { askFeedback } from './feedback.js';

const access = 'write';
const tags = ['messages'];

const AnyMessage = field(z.custom<Json>().meta({ type: 'object', additionalProperties: true }), {
  description:
    'A message of any kind, as the clients of the collaboration build it: its kind is told by an `id` (or `_id`) that begins with `0_`, else by `tier`, else by the part of `id` after the first underscore.',
  example: {
    id: 'Super-K_CoincidenceTier_None',
    tier: 'CoincidenceTier',
    detector_name: 'Super-K',
    neutrino_time_utc: '2030-01-01T12:34:45.678999123Z',
    is_test: true,
  },
});

/** What detectors send. */
export const messages: Routes =
  ({ cacheService, reads, feedback }) =>
  async (app) => {
    const intake = createIntake({ cacheService, reads });

    app.post(
      '/v1/observations',
      {
        config: { access },
        schema: {
          operationId: 'postObservation',
          tags,
          summary: 'Send an observation',
          description:
            'A CoincidenceTier message. Answers after the commit, with the tables it stands in and the alerts it caused.',
          security: ASKS_FOR_KEY,
          body: CoincidenceTier,
          response: {
            200: json(Observed, 'It was known: nothing new took effect.'),
            201: json(Observed, 'It is stored.'),
            ...errors(...BODY_ERRORS, 409, 422),
          },
        },
      },
      async (request, reply) => {
        return sendAnswer(reply, await intake.observe(request, request.body));
      },
    );

    app.post(
      '/v1/retractions',
      {
        config: { access },
        schema: {
          operationId: 'postRetraction',
          tags,
          summary: 'Withdraw observations',
          description: 'One observation by its uuid, also before it has come, or the latest of the detector.',
          security: ASKS_FOR_KEY,
          body: Retraction,
          response: {
            200: json(Retracted, 'It took effect, or there was nothing left to withdraw.'),
            202: json(Retracted, 'The observation has not come yet: it is withdrawn when it does.'),
            ...errors(...BODY_ERRORS, 404, 409, 422),
          },
        },
      },
      async (request, reply) => {
        return sendAnswer(reply, await intake.retract(request, request.body));
      },
    );

    app.post(
      '/v1/heartbeats',
      {
        config: { access },
        schema: {
          operationId: 'postHeartbeat',
          tags,
          summary: 'Send a heartbeat',
          description: 'A detector says that it is there, and whether it takes data.',
          security: ASKS_FOR_KEY,
          body: Heartbeat,
          response: ARCHIVED,
        },
      },
      async (request, reply) => {
        const { status, answer } = await intake.heartbeat(request, request.body);
        return reply.code(status).send(answer);
      },
    );

    app.post(
      '/v1/timing-series',
      {
        config: { access },
        schema: {
          operationId: 'postTimingSeries',
          tags,
          summary: 'Send a timing series',
          description: 'A TimingTier message: the light curve of a burst. It is archived.',
          security: ASKS_FOR_KEY,
          body: TimingTier,
          response: ARCHIVED,
        },
      },
      async (request, reply) => {
        const { status, answer } = await intake.timing(request, request.body);
        return reply.code(status).send(answer);
      },
    );

    app.post(
      '/v1/significance-series',
      {
        config: { access },
        schema: {
          operationId: 'postSignificanceSeries',
          tags,
          summary: 'Send a significance series',
          description: 'A SignificanceTier message: p-values bin by bin. It is archived.',
          security: ASKS_FOR_KEY,
          body: SignificanceTier,
          response: ARCHIVED,
        },
      },
      async (request, reply) => {
        const { status, answer } = await intake.significance(request, request.body);
        return reply.code(status).send(answer);
      },
    );

    app.post(
      '/v1/connection-tests',
      {
        config: { access },
        schema: {
          operationId: 'testConnection',
          tags,
          summary: 'Test the connection',
          description: 'Sends the message back with `meta.status` = "received". Nothing is kept.',
          security: ASKS_FOR_KEY,
          body: ConnectionTest,
          response: {
            200: json(ConnectionTest, 'The message, key for key, with `meta.status` = "received".'),
            ...errors(...BODY_ERRORS, 422),
          },
        },
      },
      (request) => intake.testConnection(request, request.body),
    );

    app.post(
      '/v1/messages',
      {
        config: { access },
        schema: {
          operationId: 'postMessage',
          tags,
          summary: 'Send a message of any kind',
          description:
            'Takes a message just as the clients of the collaboration build it, also older ones, and answers as the route of its kind does. Commands (`0_hard-reset`, `0_test-connection`, `0_Get-Feedback`) need an admin key, whatever their `pass` says.',
          security: ASKS_FOR_KEY,
          body: AnyMessage,
          response: {
            200: json(
              z.union([Observed, Retracted, Archived, ResetDone, ConnectionTest]),
              'A retraction or command took effect; else the message was known.',
            ),
            201: json(z.union([Observed, Archived]), 'It is stored.'),
            202: json(
              z.union([Retracted, FeedbackGranted]),
              'The observation to withdraw has not come yet; or feedback is on its way.',
            ),
            ...errors(...BODY_ERRORS, 404, 409, 422),
          },
        },
      },
      async (request, reply) => {
        const read = readMessage(request.body);
        switch (read.kind) {
          case 'CoincidenceTier':
            return sendAnswer(reply, await intake.observe(request, read.message));
          case 'Retraction':
            return sendAnswer(reply, await intake.retract(request, read.message));
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

/** With the tables and alerts of one message, which may be thousands. */
function sendAnswer(
  reply: FastifyReply,
  { status, answer }: CommandReply<number, ObserveAnswer | RetractAnswer>,
): Promise<FastifyReply> {
  return sendJson(reply.code(status), answer);
}

const ARCHIVED = {
  200: json(Archived, 'It was known: nothing new is kept.'),
  201: json(Archived, 'It is kept.'),
  ...errors(...BODY_ERRORS, 409, 422),
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
