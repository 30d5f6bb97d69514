import { DatabaseAway } from '../cache/cache-service.js';
import { asDatabaseAway } from '../database/pool.js';

/** Prisma's codes for a database that can't be reached, doesn't answer in time, or closed the connection. */
const PRISMA_AWAY = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2037']);

/** True if the error, or what caused it, says that the database is away for now. */
export function isDatabaseAway(error: unknown): boolean {
  for (let found = error; found instanceof Error; found = found.cause) {
    if (asDatabaseAway(found) instanceof DatabaseAway) return true;
    if ('code' in found && PRISMA_AWAY.has(String(found.code))) return true;
  }
  return false;
}
