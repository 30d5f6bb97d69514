import { DatabaseAway } from '../domain/database-away.js';

/**
 * What tells that a statement failed for the database's sake and not for its own: the same may succeed later, on another
 * connection, or after an administrator did something. Everybody who has to know asks here: REST answers 503 then.
 */

/**
 * Classes of SQLSTATE (PostgreSQL, appendix A). What isn't here is about the statement or its values: data (22),
 * integrity (23), syntax and rules (42, but for those below), limits of the program (54).
 */
const AWAY_CLASSES = new Set([
  '08', // connection exception
  '0P', // the role that is to be taken does not exist
  '25', // in the wrong kind of transaction: above all read-only, on a standby or by an order
  '26', // a prepared statement that this session does not have (any more)
  '28', // login refused
  '3D', // no such database
  '3F', // no such schema
  '40', // rolled back for another transaction's sake, and that more often than it is tried again
  '53', // out of disk, memory, connections, or over a configured limit
  '55', // not in the state for it: a lock, an object in use
  '57', // intervention of an operator: cancelled, shutting down, starting up
  '58', // errors of the system around it: I/O, missing files
  'F0', // its configuration
  'XX', // its own faults, damaged data
]);

/** SQLSTATEs of other classes, Prisma's codes, and the operating system's as Node names them. */
const AWAY_CODES = new Set([
  '0A000', // the tables changed beneath a prepared statement; what it can't do at all is found by every test
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

/** These may be a file's as well: they count where a socket was to be connected. */
const AWAY_AT_CONNECT = new Set(['EACCES', 'EPERM', 'ENOENT', 'EINVAL']);

/** Certificates that are expired, unknown, or another host's (Node's and OpenSSL's names). */
const TLS =
  /^(CERT_|CRL_|ERR_TLS_|ERR_SSL_|ERROR_IN_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|PATH_LENGTH_|INVALID_(CA|PURPOSE)|HOSTNAME_MISMATCH)/;

/** Words of a driver adapter of Prisma. */
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

/** What pg says of its connection, without a code. */
const AWAY_MESSAGES =
  /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end|Client has already been connected|The server does not support SSL|There was an error establishing an SSL|SASL: |SCRAM|Received unexpected \w+ message from backend|This socket has been ended|Client network socket disconnected)/;

/** What a person has to mend before the database lets anybody in: waiting alone doesn't help. */
const CLOSED_TO_US = /^(28...|3D000|0P000|P1000|P1003|P1010|P1011)$/;

/** An error, what caused it, or what it carries of a driver's: as much as is looked at. */
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

/** The error and what lies beneath it. */
function layersOf(error: unknown): Layer[] {
  if (typeof error !== 'object' || error === null) return [];
  const layer = error as Layer;
  // All addresses of a name were tried: one error each.
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

/** True if the error, or what caused it, is the database's and not that of what was asked. */
export function isDatabaseAway(error: unknown): boolean {
  return layersOf(error).some(isAway);
}

/** Turns an error that means "the database is away" into one that says so; gives back any other as it is. */
export function asDatabaseAway(error: unknown): unknown {
  if (error instanceof DatabaseAway || !isDatabaseAway(error)) return error;
  return new DatabaseAway('the database is away', { cause: error });
}

/** True if the database is there and doesn't let this service in: name, password, certificate. */
export function isClosedToUs(error: unknown): boolean {
  return layersOf(error).some((layer) => codesOf(layer).some((code) => CLOSED_TO_US.test(code) || TLS.test(code)));
}

/** True if the transaction lost against another one and will do better when it is tried again. */
export function isRetriable(error: unknown): boolean {
  // Unique violation (the same uuid was written meanwhile), serialization failure, deadlock.
  return error instanceof Error && 'code' in error && ['23505', '40001', '40P01'].includes(String(error.code));
}

/**
 * True if what the session has prepared doesn't fit any more: the tables changed beneath it (0A000, by the routine that
 * says so: the message is translated), or somebody took it away (26000). On another connection the same succeeds.
 */
export function isOutdatedSession(error: unknown): boolean {
  return layersOf(error).some(
    ({ code, routine }) => code === '26000' || (code === '0A000' && routine === 'RevalidateCachedQuery'),
  );
}

/**
 * True if the session should not be used again after an error of PostgreSQL's with this code: what it prepared is
 * outdated, it is on a server that may not write (and would still be so after the role or the server changed), or
 * something is broken.
 */
export function isSpent(error: unknown): boolean {
  if (isOutdatedSession(error)) return true;
  return layersOf(error)
    .flatMap(codesOf)
    .some((code) => code === '25006' || /^(08|57P|58|XX)...?$/.test(code));
}
