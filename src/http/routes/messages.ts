import {
  CoincidenceTier,
  ConnectionTest,
  Heartbeat,
  Retraction,
  SignificanceTier,
  TimingTier,
} from '../../domain/messages/tiers.js';
import type { Routes } from '../dependencies.js';
import { createIntake } from '../intake.js';
import { Archived, Observed, Retracted } from '../schemas/answers.js';
import { BODY_ERRORS, errors } from '../schemas/problem.js';
import { ASKS_FOR_KEY } from '../schemas/reads.js';
import { json } from '../schemas/response.js';
import { sendReply } from '../send-reply.js';

const access = 'write';
const tags = ['messages'];

/** Messages that take part in coincidences: observations and retractions. */
export const coincidenceMessages: Routes =
  ({ cacheService, reads }) =>
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
            'A CoincidenceTier message. The answer comes after the commit, with the sub-groups that contain the observation and the alerts that it caused.',
          security: ASKS_FOR_KEY,
          body: CoincidenceTier,
          response: {
            200: json(Observed, 'A message with this uuid was received before; nothing was changed.'),
            201: json(Observed, 'The observation is stored.'),
            ...errors(...BODY_ERRORS, 409, 422),
          },
        },
      },
      async (request, reply) => {
        return sendReply(reply, await intake.observe(request, request.body));
      },
    );

    app.post(
      '/v1/retractions',
      {
        config: { access },
        schema: {
          operationId: 'postRetraction',
          tags,
          summary: 'Retract observations',
          description:
            'Retracts one observation by its uuid, also before it has been received, or the latest ones of the detector.',
          security: ASKS_FOR_KEY,
          body: Retraction,
          response: {
            200: json(Retracted, 'The observations are retracted, or were before.'),
            202: json(Retracted, 'The observation has not been received yet; it is retracted on arrival.'),
            ...errors(...BODY_ERRORS, 404, 409, 422),
          },
        },
      },
      async (request, reply) => {
        return sendReply(reply, await intake.retract(request, request.body));
      },
    );
  };

const ARCHIVED = {
  200: json(Archived, 'A message with this uuid was received before; nothing was changed.'),
  201: json(Archived, 'The message is stored.'),
  ...errors(...BODY_ERRORS, 409, 422),
};

/** Messages that are stored and take part in no coincidence. */
export const archivedMessages: Routes =
  ({ cacheService, reads }) =>
  async (app) => {
    const intake = createIntake({ cacheService, reads });

    app.post(
      '/v1/heartbeats',
      {
        config: { access },
        schema: {
          operationId: 'postHeartbeat',
          tags,
          summary: 'Send a heartbeat',
          description: 'A detector reports whether it is taking data.',
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
          description: 'A TimingTier message: the light curve of a burst. It is stored.',
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
          description: 'A SignificanceTier message: p-values of time bins. It is stored.',
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
  };

/** Tests of the connection, which store nothing. */
export const connectionTests: Routes =
  ({ cacheService, reads }) =>
  async (app) => {
    const intake = createIntake({ cacheService, reads });

    app.post(
      '/v1/connection-tests',
      {
        config: { access },
        schema: {
          operationId: 'testConnection',
          tags,
          summary: 'Test the connection',
          description: 'Returns the message with `meta.status` = "received". Nothing is stored.',
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
  };
