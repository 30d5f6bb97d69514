import { randomUUID } from 'node:crypto';
import { type FileHandle, link, open, rename, stat, unlink } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EmbeddedPostgresError, hasCode, unless } from './errors.js';

const LOCK = 'service.lock';

export interface ServiceLock {
  release(): Promise<void>;
}

/**
 * Prevents a second service from using the same data directory.
 *
 * The lock is a listening Unix socket in the directory. The kernel closes it when the process ends for any reason, so unlike
 * a pid in a file it can't be stale (Node has no flock). It also works between containers that share the directory, which
 * have their own process ids.
 * @throws EmbeddedPostgresError if another running service holds it
 */
export async function lockDataDirectory(dataDirectory: string): Promise<ServiceLock> {
  const folder = await open(dataDirectory, 'r');
  const at = pathsIn(folder, dataDirectory);
  // Bound to a name of its own first: a socket that is bound but does not listen yet would look abandoned.
  const own = at(`service.${randomUUID()}.sock`);
  let server: Server | undefined;
  try {
    server = await listen(own);
    const inode = (await stat(own)).ino;
    await publish(own, at, dataDirectory);
    // A service that removes an abandoned lock at the same moment may have removed this one: see removeAbandoned.
    await pause(50);
    if ((await unless(stat(at(LOCK)), 'ENOENT'))?.ino !== inode) throw alreadyRunning(dataDirectory, undefined);
    return { release: releaseOnce(server, folder, at(LOCK), inode) };
  } catch (error) {
    if (server !== undefined) {
      server.close();
      await unless(unlink(own), 'ENOENT');
    }
    await folder.close();
    throw error;
  }
}

/** Socket paths are limited to 107 bytes. On Linux the file descriptor of a folder gives short paths to any folder. */
function pathsIn(folder: FileHandle, dataDirectory: string): (name: string) => string {
  if (process.platform === 'linux') return (name) => `/proc/self/fd/${folder.fd}/${name}`;
  return (name) => {
    const path = join(dataDirectory, name);
    if (Buffer.byteLength(path) <= 103) return path;
    throw new EmbeddedPostgresError(`The path ${dataDirectory} is too long: set DATA_DIR to a shorter one.`);
  };
}

async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => {
    // A client that disconnects before it gets the answer is no error.
    socket.on('error', () => undefined);
    socket.end(String(process.pid));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  server.unref();
  return server;
}

/** Gives the socket the name of the lock, by a hard link, which fails if that name exists. */
async function publish(own: string, at: (name: string) => string, dataDirectory: string): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt++) {
    try {
      await link(own, at(LOCK));
      await unlink(own);
      return;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    const holder = await askHolder(at(LOCK));
    if (holder.live) throw alreadyRunning(dataDirectory, holder.pid);
    await removeAbandoned(at);
  }
  throw alreadyRunning(dataDirectory, undefined);
}

/** Removes an abandoned lock. If another service has taken the lock meanwhile, its socket is restored. */
async function removeAbandoned(at: (name: string) => string): Promise<void> {
  const aside = at(`service.${randomUUID()}.stale`);
  try {
    await rename(at(LOCK), aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  if ((await askHolder(aside)).live) await unless(link(aside, at(LOCK)), 'EEXIST');
  await unlink(aside);
}

type Holder = { readonly live: false } | { readonly live: true; readonly pid: string | undefined };

/** Connects to the lock. That succeeds as long as its holder runs, even if it is too busy to answer. */
async function askHolder(path: string): Promise<Holder> {
  return await new Promise((resolve, reject) => {
    const socket = createConnection(path);
    let answer = '';
    const done = (): void => {
      socket.destroy();
      resolve({ live: true, pid: answer === '' ? undefined : answer });
    };
    socket.setEncoding('utf8');
    socket.once('connect', () => socket.setTimeout(1_000, done));
    socket.on('data', (part: string) => {
      answer += part;
    });
    socket.once('end', done);
    socket.once('error', (error) => {
      if (hasCode(error, 'ECONNREFUSED', 'ENOENT', 'ENOTSOCK')) resolve({ live: false });
      else if (hasCode(error, 'ECONNRESET', 'EPIPE', 'EAGAIN')) done();
      else reject(error);
    });
  });
}

function alreadyRunning(dataDirectory: string, pid: string | undefined): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `Another service${pid === undefined ? '' : ` (process ${pid})`} already uses the data directory ${dataDirectory}: ` +
      'stop it first, or give this one a DATA_DIR of its own, or let both use one PostgreSQL by DATABASE_URL.',
  );
}

function releaseOnce(server: Server, folder: FileHandle, lock: string, inode: number): () => Promise<void> {
  let released: Promise<void> | undefined;
  const release = async (): Promise<void> => {
    if ((await unless(stat(lock), 'ENOENT'))?.ino === inode) await unless(unlink(lock), 'ENOENT');
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await folder.close();
  };
  return () => {
    released ??= release();
    return released;
  };
}
