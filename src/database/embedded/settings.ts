import { createHash } from 'node:crypto';

/** The role the service connects as, and its database. */
export const ROLE = 'snews';
export const DATABASE = 'snews';

/**
 * The settings of the server. They are given on the command line and not in postgresql.conf, so that an upgrade of the service
 * changes them, and nothing in the data folder (including ALTER SYSTEM) can turn durability off.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  // Reachable from this machine and over TCP only: pools need one URL, and socket paths have a length limit.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  password_encryption: 'scram-sha-256',
  // Acknowledged transactions are on the disk.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // For an OLTP service on two cores: rows in memory, rare checkpoints, no parallel workers, no compilation of queries.
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  // Pages of random uuids hardly compress, and compression takes a quarter of the time of a command in a large cache.
  wal_compression: 'off',
  max_wal_size: '2GB',
  min_wal_size: '160MB',
  random_page_cost: '1.1',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  timezone: 'UTC',
  // Its log goes to the log of the service, line by line, in English (see log.ts).
  log_timezone: 'UTC',
  log_destination: 'stderr',
  logging_collector: 'off',
  log_line_prefix: '',
  lc_messages: 'C',
  // Logs the progress of crash recovery every two seconds.
  log_startup_progress_interval: '2s',
};

/** The name of this server in the titles of its processes ("postgres: snews-1a2b3c4d: checkpointer"). It never changes. */
export function clusterName(cluster: string): string {
  return `snews-${createHash('sha256').update(cluster).digest('hex').slice(0, 12)}`;
}

/** The arguments of `postgres`. */
export function serverArguments(cluster: string, port: number): readonly string[] {
  const settings = { ...SETTINGS, port: String(port), cluster_name: clusterName(cluster) };
  return ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
