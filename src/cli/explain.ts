import { SnewsError } from '../client/snews-error.js';
import { ConfigError } from '../config/config.js';
import { MissingPackage } from '../config/optional-package.js';
import { EmbeddedPostgresError } from '../database/embedded/errors.js';
import { DatabaseInUse } from '../database/replica-lock.js';
import { CliError } from './exit.js';
import { rejectionText } from './server.js';

/** The server that a command uses, for the text of its errors. */
export interface Whereabouts {
  readonly url?: string | undefined;
  readonly hasKey?: boolean | undefined;
}

/** Errors whose messages say what is wrong and what to do. */
const EXPLAINED = [CliError, ConfigError, DatabaseInUse, EmbeddedPostgresError, MissingPackage];

/** One line about an error: what is wrong and what to do. */
export function explain(error: unknown, whereabouts: Whereabouts): string {
  if (EXPLAINED.some((known) => error instanceof known)) return (error as Error).message;
  if (error instanceof SnewsError) return explainAnswer(error, whereabouts);
  const code = codeOf(error);
  const database = explainDatabase(error);
  if (database !== undefined) return database;
  if (error instanceof TypeError && error.message === 'fetch failed') return explainNoAnswer(error, code, whereabouts);
  if (error instanceof Error) return `${error.message.split('\n')[0]} (DEBUG=1 prints the stack trace)`;
  return String(error);
}

function explainAnswer(error: SnewsError, { url = 'the server', hasKey = false }: Whereabouts): string {
  switch (error.status) {
    case 401:
      return hasKey
        ? `${url} does not accept the key: set SNEWS_KEY (or --key) to a valid one. (${error.message})`
        : `${url} requires a key: set SNEWS_KEY (or --key). The server printed an admin key when it first started.`;
    case 403:
      return `The key does not permit this: set SNEWS_KEY (or --key) to one that does. (${error.message})`;
    default:
      if (error.problem !== undefined) return `${url} answered ${rejectionText(error)}`;
      return `${url} answered ${error.status} and is not a SNEWS server: is --url (SNEWS_URL) right? (${error.message})`;
  }
}

function explainNoAnswer(error: TypeError, code: string | undefined, { url = 'the URL' }: Whereabouts): string {
  const why = code ?? (error.cause instanceof Error ? error.cause.message : error.message);
  return (
    `No server answers at ${url} (${why}): is it running? Start it with "snews serve", ` +
    'or set its address with --url or SNEWS_URL.'
  );
}

/** The meaning of PostgreSQL's errors for commands that use the database directly. */
export function explainDatabase(error: unknown): string | undefined {
  const code = codeOf(error);
  if (!(error instanceof Error) || error instanceof TypeError || code === undefined) return undefined;
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'ETIMEDOUT' || code === 'EAI_AGAIN') {
    return `The database does not answer (${code}): is it running, and is DATABASE_URL right?`;
  }
  if (code === '42P01') return 'SNEWS has no tables in this database: start the server with it once ("snews serve").';
  if (code === '28P01' || code === '28000')
    return `The database rejects the login: is DATABASE_URL right? (${error.message})`;
  if (code === '3D000') return `${error.message}: is DATABASE_URL right?`;
  return undefined;
}

/** The code of an error or of its cause. */
function codeOf(error: unknown): string | undefined {
  for (let found = error; found instanceof Error; found = found.cause) {
    if ('code' in found && typeof found.code === 'string') return found.code;
    // One error for each address of a host name.
    if (found instanceof AggregateError) return codeOf(found.errors[0]);
  }
  return undefined;
}
