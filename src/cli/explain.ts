import { SnewsError } from '../client/snews-error.js';
import { ConfigError } from '../config/config.js';
import { MissingPackage } from '../config/optional-package.js';
import { EmbeddedPostgresError } from '../database/embedded/errors.js';
import { DatabaseInUse } from '../database/replica-lock.js';
import { CliError } from './exit.js';
import { refusalText } from './server.js';

/** Where a command was to work, for what its errors say. */
export interface Whereabouts {
  readonly url?: string | undefined;
  readonly hasKey?: boolean | undefined;
}

/** Their messages say what is wrong and what to do. */
const TELLING = [CliError, ConfigError, DatabaseInUse, EmbeddedPostgresError, MissingPackage];

/** One line for any error that a command may end with: what is wrong and what to do. */
export function explain(error: unknown, whereabouts: Whereabouts): string {
  if (TELLING.some((known) => error instanceof known)) return (error as Error).message;
  if (error instanceof SnewsError) return explainAnswer(error, whereabouts);
  const code = codeOf(error);
  const database = explainDatabase(error);
  if (database !== undefined) return database;
  if (error instanceof TypeError && error.message === 'fetch failed') return explainSilence(error, code, whereabouts);
  if (error instanceof Error) return `${error.message.split('\n')[0]} (DEBUG=1 shows where)`;
  return String(error);
}

function explainAnswer(error: SnewsError, { url = 'the server', hasKey = false }: Whereabouts): string {
  switch (error.status) {
    case 401:
      return hasKey
        ? `${url} does not know the key: set SNEWS_KEY (or --key) to one that is not revoked. (${error.message})`
        : `${url} asks for a key: set SNEWS_KEY (or --key). It printed an admin key when it first started.`;
    case 403:
      return `The key is not for this: set SNEWS_KEY (or --key) to one that is. (${error.message})`;
    default:
      if (error.problem !== undefined) return `${url} answered ${refusalText(error)}`;
      return `${url} answered ${error.status}, and not as a SNEWS server does: is --url (SNEWS_URL) right? (${error.message})`;
  }
}

function explainSilence(error: TypeError, code: string | undefined, { url = 'the URL' }: Whereabouts): string {
  const why = code ?? (error.cause instanceof Error ? error.cause.message : error.message);
  return (
    `No server answers at ${url} (${why}): is it running? Start it with "snews serve", ` +
    'or say where it is with --url or SNEWS_URL.'
  );
}

/** What PostgreSQL's own errors mean for commands that work on the database. */
export function explainDatabase(error: unknown): string | undefined {
  const code = codeOf(error);
  if (!(error instanceof Error) || error instanceof TypeError || code === undefined) return undefined;
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'ETIMEDOUT' || code === 'EAI_AGAIN') {
    return `The database does not answer (${code}): is it running, and is DATABASE_URL right?`;
  }
  if (code === '42P01') return 'The database holds no SNEWS tables: start the server on it once ("snews serve").';
  if (code === '28P01' || code === '28000')
    return `The database does not let us in: is DATABASE_URL right? (${error.message})`;
  if (code === '3D000') return `${error.message}: is DATABASE_URL right?`;
  return undefined;
}

/** The code of an error, or of what caused it. */
function codeOf(error: unknown): string | undefined {
  for (let found = error; found instanceof Error; found = found.cause) {
    if ('code' in found && typeof found.code === 'string') return found.code;
    // All addresses of a name were tried.
    if (found instanceof AggregateError) return codeOf(found.errors[0]);
  }
  return undefined;
}
