import { stringify } from 'lossless-json';
import type { Alert, Observation } from '../../client/index.js';
import { type CliRetryOptions, withRetry } from '../retry.js';
import { answered, type ServerConnection } from '../server.js';
import type { Fields } from './entries.js';

/** The fields of an answer that a replay uses. */
interface Answer {
  readonly observation?: Observation;
  readonly alerts?: readonly Alert[];
}

/**
 * Sends a message, and sends it again with the same uuid as long as the server is overloaded or does not answer. The
 * uuid makes sure that it has an effect only once.
 * @returns undefined if it was interrupted while it waited
 * @throws SnewsError if the message was rejected
 */
export async function post(
  { client }: ServerConnection,
  message: Fields,
  options: CliRetryOptions,
): Promise<Answer | undefined> {
  return await withRetry(async () => {
    const answer = answered(
      // Numbers are sent exactly as in the file.
      await client.POST('/v1/messages', { body: message, bodySerializer: (body) => stringify(body) }),
    );
    return answer as Answer;
  }, options);
}
