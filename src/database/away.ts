import { DatabaseAway } from '../domain/database-away.js';

/**
 * Decides whether a statement failed because the database is away, and not because of the statement itself: the same
 * statement may succeed later, on another connection, or after an administrator has acted. This is the only place that
 * knows; REST answers 503 then, readers of Kafka and deliveries try again.
 */

/**
 * Classes of SQLSTATE (PostgreSQL, appendix A). The other classes are about the statement or its values: data (22),
 * integrity (23), syntax and rules (42, except for those below), limits of the program (54).
 */
const AWAY_CLASSES = new Set([
  '08', // connection exception
  '0P', // the role of the session does not exist
  '25', // wrong state of the transaction: above all read-only, on a standby or by default_transaction_read_only
  '26', // a prepared statement that this session does not have (any more)
  '28', // login refused
  '3D', // no such database
  '3F', // no such schema
  '40', // rolled back because of another transaction, more often than it is tried again
  '53', // out of disk, memory, connections, or over a configured limit
  '55', // an object is in the wrong state: locked, in use
  '57', // intervention of an operator: cancelled, shutting down, starting up
  '58', // errors of the operating system: I/O, missing files
  'F0', // errors of the configuration
  'XX', // internal errors, damaged data
]);

/** SQLSTATEs of other classes, Prisma's codes, and the operating system's as Node names them. */
const AWAY_CODES = new Set([
  '0A000', // the tables of a prepared statement changed; a feature that PostgreSQL lacks would fail in every test
  '42501', // a right that was taken away
  '42P01', // a table, column, function or type that isn't there (yet): a restore, an upgrade
  '42703',
  '42883',
  '42704',
  ...['P1000', 'P1001', 'P1002', 'P1003', 'P1008', 'P1010', 'P1011', 'P1017'],
  ...['P2021', 'P2022', 'P2024', 'P2028', 'P2034', 'P2037'],
  ...['ECONNABORTED', 'ECONNREFUSED', 'ECONNRESET', 'EHOSTDOWN', 'EHOSTUNREACH', 'ENETDOWN', 'ENETRESET'],
  ...['ENETUNREACH', 'ENOTCONN', 'ENOTFOUND', 'EPIPE', 'EPROTO', 'ETIMEDOUT', 'EADDRNOTAVAIL'],
  ...['EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME', 'EAI_SYSTEM'],
  ...['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EIO'],
  ...['ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END', 'ERR_SOCKET_CLOSED', 'ERR_SOCKET_CONNECTION_TIMEOUT'],
]);

/** Codes that errors of files have as well: they count only if a socket was being connected. */
const AWAY_AT_CONNECT = new Set(['EACCES', 'EPERM', 'ENOENT', 'EINVAL']);

/** Certificates that are expired, unknown, or another host's (Node's and OpenSSL's names). */
const TLS =
  /^(CERT_|CRL_|ERR_TLS_|ERR_SSL_|ERROR_IN_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|PATH_LENGTH_|INVALID_(CA|PURPOSE)|HOSTNAME_MISMATCH)/;

/** Kinds of errors of Prisma's driver adapters. */
const AWAY_KINDS = new Set([
  'AuthenticationFailed',
  'ColumnNotFound',
  'ConnectionClosed',
  'DatabaseAccessDenied',
  'DatabaseDoesNotExist',
  'DatabaseNotReachable',
  'SocketTimeout',
  'TableDoesNotExist',
  'TlsConnectionError',
  'TooManyConnections',
  'TransactionWriteConflict',
]);

/** Messages of pg about its connection, which have no code. */
const AWAY_MESSAGES =
  /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end|Client has already been connected|The server does not support SSL|There was an error establishing an SSL|SASL: |SCRAM|Received unexpected \w+ message from backend|This socket has been ended|Client network socket disconnected)/;

/** Codes after which the database accepts no login until a person has changed something. */
const CLOSED_TO_US = /^(28...|3D000|0P000|P1000|P1003|P1010|P1011)$/;

/** An error, its cause, or the driver's error in it, with the properties that are looked at. */
interface Layer {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly routine?: unknown;
  readonly syscall?: unknown;
  /** Of Prisma's driver adapters. */
  readonly kind?: unknown;
  readonly originalCode?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
  readonly meta?: { readonly driverAdapterError?: unknown };
}

/** The error and all its causes. */
function layersOf(error: unknown): Layer[] {
  if (typeof error !== 'object' || error === null) return [];
  const layer = error as Layer;
  // `errors`: Node tried all addresses of a host name, with one error for each.
  const beneath = [layer.cause, layer.meta?.driverAdapterError, ...(Array.isArray(layer.errors) ? layer.errors : [])];
  return [layer, ...beneath.flatMap(layersOf)];
}

function codesOf({ code, originalCode }: Layer): string[] {
  return [code, originalCode].filter((one) => typeof one === 'string');
}

function isAway(layer: Layer): boolean {
  if (layer instanceof DatabaseAway) return true;
  if (typeof layer.kind === 'string' && AWAY_KINDS.has(layer.kind)) return true;
  if (layer instanceof Error && AWAY_MESSAGES.test(layer.message)) return true;
  return codesOf(layer).some(
    (code) =>
      AWAY_CODES.has(code) ||
      TLS.test(code) ||
      (code.length === 5 && AWAY_CLASSES.has(code.slice(0, 2))) ||
      (layer.syscall === 'connect' && AWAY_AT_CONNECT.has(code)),
  );
}

/** True if an error, or one of its causes, means that the database is away. */
export function isDatabaseAway(error: unknown): boolean {
  return layersOf(error).some(isAway);
}

/** Turns an error that means that the database is away into `DatabaseAway`; returns any other error as it is. */
export function asDatabaseAway(error: unknown): unknown {
  if (error instanceof DatabaseAway || !isDatabaseAway(error)) return error;
  return new DatabaseAway('the database is away', { cause: error });
}

/** Does some work whose errors that mean that the database is away are thrown as `DatabaseAway`. */
export async function tellingAway<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw asDatabaseAway(error);
  }
}

/** True if the database answers and refuses the login of this service: name, password, certificate. */
export function isClosedToUs(error: unknown): boolean {
  return layersOf(error).some((layer) => codesOf(layer).some((code) => CLOSED_TO_US.test(code) || TLS.test(code)));
}

/** True if the transaction conflicted with another one, so that it is likely to succeed when it is tried again. */
export function isRetriable(error: unknown): boolean {
  // unique_violation (the same uuid was written meanwhile), serialization_failure, deadlock_detected
  return error instanceof Error && 'code' in error && ['23505', '40001', '40P01'].includes(String(error.code));
}

/**
 * True if a prepared statement of the session is no longer valid: its tables changed (0A000; told from other causes by the
 * routine, as the message is translated), or it was deallocated (26000). The statement succeeds on another connection.
 */
export function isOutdatedSession(error: unknown): boolean {
  return layersOf(error).some(
    ({ code, routine }) => code === '26000' || (code === '0A000' && routine === 'RevalidateCachedQuery'),
  );
}

/**
 * True if the session should not be used again after this error: its prepared statements are outdated, its transactions
 * are read-only (which it would keep after the server or its settings changed), or something is broken.
 */
export function isSpent(error: unknown): boolean {
  if (isOutdatedSession(error)) return true;
  return layersOf(error)
    .flatMap(codesOf)
    .some((code) => code === '25006' || /^(08|57P|58|XX)...?$/.test(code));
}
