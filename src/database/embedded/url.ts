import { realpath } from 'node:fs/promises';
import { clusterFolder } from './data-directory.js';
import { asEmbeddedPostgresError, unless } from './errors.js';
import { readPassword } from './password.js';
import { isServerOf, readPidFile } from './processes.js';
import { DATABASE, ROLE } from './settings.js';

/** The URL of a server on this machine. Without TLS, regardless of PGSSLMODE, as the connection is local. */
export function databaseUrl(port: number, password: string, database: string = DATABASE): string {
  return `postgresql://${ROLE}:${password}@127.0.0.1:${port}/${database}?sslmode=disable`;
}

/**
 * The URL of the running server of a data directory, for commands that run beside the service.
 * @param fallbackDirectory as given to startEmbeddedPostgres
 * @returns undefined if none runs there, or it is not ready
 * @throws EmbeddedPostgresError if the user may not read the password: commands run as the user of the service, or root
 */
export async function embeddedDatabaseUrl(
  dataDirectory: string,
  fallbackDirectory?: string,
): Promise<string | undefined> {
  try {
    const url = await urlOf(dataDirectory);
    return url ?? (fallbackDirectory === undefined ? undefined : await urlOf(fallbackDirectory));
  } catch (error) {
    throw asEmbeddedPostgresError(error, dataDirectory);
  }
}

async function urlOf(dataDirectory: string): Promise<string | undefined> {
  const real = await unless(realpath(dataDirectory), 'ENOENT');
  if (real === undefined) return undefined;
  const cluster = clusterFolder(real);
  const file = await readPidFile(cluster);
  if (file?.port === undefined || !file.ready || !(await isServerOf(file.pid, cluster))) return undefined;
  const password = await readPassword(real);
  return password === undefined ? undefined : databaseUrl(file.port, password);
}
