import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type {
  CoincidenceTier,
  ConnectionTest,
  Heartbeat,
  Retraction,
  SignificanceTier,
  TimingTier,
} from '../domain/messages/tiers.js';
import {
  heartbeatCommand,
  type MessageArrival,
  observeCommand,
  retractCommand,
  significanceCommand,
  timingCommand,
} from '../domain/messages/to-command.js';
import { fromPosixMilliseconds } from '../domain/time.js';
import type { ArchiveAnswer, ObserveAnswer, RetractAnswer } from '../domain/views.js';
import type { ServerDependencies } from './dependencies.js';
import { requireWriter } from './plugins/access.js';
import { ProblemError } from './problem.js';

/** The sender and the body of a message. */
type Sender = Pick<FastifyRequest, 'principal' | 'bodyText'>;

/** Status 200: the message was received before. */
export interface CommandReply<Status extends number, Answer> {
  readonly status: Status;
  readonly answer: Answer;
}

/** Hands messages to the cache service, for the route of each kind and for POST /v1/messages. */
export function createIntake({ cacheService, reads }: Pick<ServerDependencies, 'cacheService' | 'reads'>) {
  return {
    async observe(sender: Sender, message: CoincidenceTier): Promise<CommandReply<200 | 201, ObserveAnswer>> {
      const answer = await cacheService.observe(observeCommand(message, arrivalOf(sender, message.detector_name)));
      return { status: answer.duplicate ? 200 : 201, answer };
    },

    async retract(sender: Sender, message: Retraction): Promise<CommandReply<200 | 202, RetractAnswer>> {
      const answer = await cacheService.retract(retractCommand(message, arrivalOf(sender, message.detector_name)));
      return { status: answer.pending ? 202 : 200, answer };
    },

    async heartbeat(sender: Sender, message: Heartbeat): Promise<CommandReply<200 | 201, ArchiveAnswer>> {
      return archived(cacheService.archive(heartbeatCommand(message, arrivalOf(sender, message.detector_name))));
    },

    async timing(sender: Sender, message: TimingTier): Promise<CommandReply<200 | 201, ArchiveAnswer>> {
      return archived(cacheService.archive(timingCommand(message, arrivalOf(sender, message.detector_name))));
    },

    async significance(sender: Sender, message: SignificanceTier): Promise<CommandReply<200 | 201, ArchiveAnswer>> {
      return archived(cacheService.archive(significanceCommand(message, arrivalOf(sender, message.detector_name))));
    },

    /** The message as it was received, marked as received; nothing is stored. */
    async testConnection(sender: Sender, message: ConnectionTest): Promise<ConnectionTest> {
      requireWriter(sender, message.detector_name);
      if (!(await reads.detectors.isKnown(message.detector_name))) {
        const unknown = 'there is no detector of this name: see GET /v1/detectors';
        throw new ProblemError(422, `${message.detector_name}: ${unknown}`, [
          { path: '/detector_name', message: unknown },
        ]);
      }
      return { ...message, meta: { ...message.meta, status: 'received' } };
    },
  };
}

async function archived(answering: Promise<ArchiveAnswer>): Promise<CommandReply<200 | 201, ArchiveAnswer>> {
  const answer = await answering;
  return { status: answer.duplicate ? 200 : 201, answer };
}

/** @throws ProblemError 403 unless the key may send for the detector */
function arrivalOf(sender: Sender, detectorName: string): MessageArrival {
  const { id } = requireWriter(sender, detectorName);
  return {
    receivedTime: fromPosixMilliseconds(Date.now()),
    source: id,
    body: sender.bodyText,
    uuid: randomUUID(),
  };
}
