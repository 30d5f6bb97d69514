import { readFileSync } from 'node:fs';

/** Files that connections never take: those of the database, Kafka, mail and the log, however many clients there are. */
const KEPT_BACK = 256;

/** How many connections and streams the limit of open files allows. */
export interface ConnectionLimits {
  readonly connections: number;
  /** Less than the connections: whoever posts finds one that no reader holds. */
  readonly streams: number;
}

/** @param limit of open files; by default this process's own, which Node.js raises to the hard limit at its start */
export function connectionLimits(limit = openFileLimit()): ConnectionLimits {
  const connections = Math.max(limit - KEPT_BACK, Math.floor(limit / 2));
  return { connections, streams: Math.floor((connections * 3) / 4) };
}

/** Without a limit, or where there is no procfs to tell it: any number. */
function openFileLimit(): number {
  if (process.platform !== 'linux') return Number.POSITIVE_INFINITY;
  const soft = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
}
