import { readFileSync } from 'node:fs';

/** Files that are reserved for the database, Kafka, e-mail and the log, however many clients there are. */
const RESERVED = 256;

/** How many connections and streams the limit of open files permits. */
export interface ConnectionLimits {
  readonly connections: number;
  /** Fewer than the connections, so that streams leave some for other requests. */
  readonly streams: number;
}

/** @param limit of open files; by default that of this process, which Node.js raises to the hard limit at its start */
export function connectionLimits(limit = openFileLimit()): ConnectionLimits {
  const connections = Math.max(limit - RESERVED, Math.floor(limit / 2));
  return { connections, streams: Math.floor((connections * 3) / 4) };
}

/** Infinite without a limit, or without procfs. */
function openFileLimit(): number {
  if (process.platform !== 'linux') return Number.POSITIVE_INFINITY;
  const soft = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
}
