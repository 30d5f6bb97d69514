import { stringify } from 'lossless-json';
import type { Alert, Observation } from '../../client/index.js';
import { type CliPatienceOptions, patiently } from '../patience.js';
import { answered, type ServerConnection } from '../server.js';
import type { Fields } from './entries.js';

/** What answers to messages of all kinds hold, as far as a replay looks at them. */
interface Answer {
  readonly observation?: Observation;
  readonly alerts?: readonly Alert[];
}

/**
 * Sends one message, and again with the same uuid for as long as the server says "not now" or doesn't answer: it takes
 * effect once.
 * @returns undefined if it was interrupted while it waited
 * @throws SnewsError if the message was refused
 */
export async function post(
  { client }: ServerConnection,
  message: Fields,
  options: CliPatienceOptions,
): Promise<Answer | undefined> {
  return await patiently(async () => {
    const answer = answered(
      // Numbers go out exactly as they stand in the file.
      await client.POST('/v1/messages', { body: message, bodySerializer: (body) => stringify(body) }),
    );
    return answer as Answer;
  }, options);
}
