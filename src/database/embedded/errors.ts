/** The embedded PostgreSQL can't be started, reached or stopped. The message tells the operator what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** Whether an error is one of the operating system's, with one of these codes (ENOENT, EACCES, …). */
export function hasCode(error: unknown, ...codes: readonly string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}

/** Resolves to undefined instead of rejecting with an expected error of the operating system. */
export async function unless<T>(promise: Promise<T>, ...codes: readonly string[]): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (hasCode(error, ...codes)) return undefined;
    throw error;
  }
}

/** Tells the operator what to do about an error of the operating system. */
function adviceFor(error: NodeJS.ErrnoException, dataDirectory: string): string | undefined {
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `the disk is full: free space on the file system of ${dataDirectory}, then start again`;
    case 'EACCES':
    case 'EPERM':
      return (
        `no permission: make ${dataDirectory} belong to the user of the service (chown -R), ` +
        'or set DATA_DIR to a folder that does, or DATABASE_URL to use another PostgreSQL'
      );
    case 'EROFS':
      return `the file system of ${dataDirectory} is read-only: mount it writable, or set DATA_DIR to another folder`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `${error.path ?? dataDirectory} is in the way: it is not a folder; move it away or set DATA_DIR`;
    case 'EMFILE':
    case 'ENFILE':
      return 'too many open files: raise the limit (ulimit -n)';
    case 'EBUSY':
      return `${error.path ?? dataDirectory} is in use; a volume must be mounted at ${dataDirectory}, not at a folder in it`;
    default:
      return undefined;
  }
}

/** Turns an error of a start into one that tells what to do; returns an unforeseen error as it is. */
export function asEmbeddedPostgresError(error: unknown, dataDirectory: string): unknown {
  if (!(error instanceof Error) || error instanceof EmbeddedPostgresError) return error;
  const advice = adviceFor(error, dataDirectory);
  if (advice === undefined) return error;
  return new EmbeddedPostgresError(`The embedded PostgreSQL can't start: ${advice}. (${error.message})`, {
    cause: error,
  });
}

/** Messages of PostgreSQL or initdb when they fail, and what to do then. The first one that matches counts. */
const SYMPTOMS: readonly (readonly [RegExp, (dataDirectory: string) => string])[] = [
  [/No space left on device|Disk quota exceeded/, (at) => `the disk is full: free space on the file system of ${at}`],
  [/Read-only file system/, (at) => `the file system of ${at} is read-only: mount it writable, or set DATA_DIR`],
  [
    /GLIBC_|error while loading shared libraries|Library not loaded/,
    () =>
      'its binaries do not run on this system: install the named library, or set DATABASE_URL to another PostgreSQL',
  ],
  [
    /could not map anonymous shared memory|could not create shared memory segment|Cannot allocate memory/,
    () => 'too little memory for its 256 MB of shared buffers: give the machine or container more',
  ],
  [
    /could not create semaphores/,
    () => 'the system has too few semaphores: raise kernel.sem, see "Managing Kernel Resources" of PostgreSQL',
  ],
  [
    /could not locate a valid checkpoint record|invalid primary checkpoint record|incorrect checksum in control file/,
    (at) => `its data are damaged: keep a copy of ${at}, then restore a backup`,
  ],
  [
    /database files are incompatible with server/,
    (at) => `${at} was written by another version of PostgreSQL: start the release of the service that wrote it`,
  ],
  [
    /wrong ownership|Permission denied|invalid permissions|Operation not permitted/,
    (at) => `no permission for its files: make ${at} belong to the user it runs as (chown -R)`,
  ],
  [
    /pre-existing shared memory block/,
    (at) => `processes of an earlier server still use ${at}: end the processes "postgres: snews-…" named by ps`,
  ],
  [/could not create any TCP\/IP sockets|could not bind/, () => 'its port on 127.0.0.1 is taken by another program'],
];

/**
 * Explains why PostgreSQL or initdb failed, from what it wrote.
 * @param what the beginning of the sentence, such as "The embedded PostgreSQL did not start"
 */
export function explainFailure(what: string, lines: readonly string[], dataDirectory: string): EmbeddedPostgresError {
  const written = lines.join('\n');
  const [, advice] = SYMPTOMS.find(([symptom]) => symptom.test(written)) ?? [];
  const telling = lines.filter((line) => /FATAL|PANIC|ERROR|error:|HINT|DETAIL|WARNING/.test(line)).slice(-6);
  const said = (telling.length > 0 ? telling : lines.slice(-6)).join(' | ');
  return new EmbeddedPostgresError(
    `${what}${advice === undefined ? '' : `: ${advice(dataDirectory)}`}. PostgreSQL said: ${said || 'nothing'}`,
  );
}
