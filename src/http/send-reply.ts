import type { FastifyReply } from 'fastify';
import type { ObserveAnswer, RetractAnswer } from '../domain/views.js';
import type { CommandReply } from './intake.js';
import { sendJson } from './representation.js';

/** Sends the answer to an observation or retraction, which may contain thousands of sub-groups and alerts. */
export function sendReply(
  reply: FastifyReply,
  { status, answer }: CommandReply<number, ObserveAnswer | RetractAnswer>,
): Promise<FastifyReply> {
  return sendJson(reply.code(status), answer);
}
