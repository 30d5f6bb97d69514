import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { connectPatiently } from '../../database/pool.js';
import { CACHE_NAMES, type CacheName } from '../../domain/cache-name.js';
import type { EngineName } from '../../domain/coincidence/engine.js';
import { type Duration, inSeconds } from '../../domain/time.js';
import { recordOf } from '../store/records.js';

/** The configuration and the caches disagree; the message says what to do. */
export class CacheMismatch extends Error {
  override readonly name = 'CacheMismatch';
}

const DETECTORS = fileURLToPath(new URL('../../../prisma/detectors.json', import.meta.url));

/**
 * Creates the caches and the detectors that are missing. Engine and window are stored in the cache's row, because all
 * replicas must use the same.
 * @param schema of the tables, if it is not the usual one
 * @throws CacheMismatch if a cache runs with another engine or window than is configured
 */
export async function createCaches(
  databaseUrl: string,
  engine: EngineName,
  window: Duration,
  schema?: string,
): Promise<void> {
  const client = await connectPatiently(databaseUrl, schema);
  try {
    await client.query('BEGIN');
    // Replicas that start at the same time do this one after the other.
    await client.query('LOCK TABLE cache IN SHARE ROW EXCLUSIVE MODE');
    for (const cache of CACHE_NAMES) await foundCache(client, cache, engine, window);
    await client.query(
      `INSERT INTO detector (name, id, full_name, type, site, latitude, longitude)
       SELECT name, id, full_name, type, site, latitude, longitude
       FROM json_to_recordset($1::json) AS d(name text, id int, full_name text, type text, site text,
         latitude float8, longitude float8)
       ON CONFLICT DO NOTHING`,
      [await readFile(DETECTORS, 'utf8')],
    );
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

async function foundCache(client: pg.Client, cache: CacheName, engine: EngineName, window: Duration): Promise<void> {
  const { rows } = await client.query<{ engine: EngineName; window_ns: Duration }>(
    'SELECT engine, window_ns FROM cache WHERE name = $1',
    [cache],
  );
  const [existing] = rows;
  if (existing === undefined) {
    // The first command tells with which engine the history begins.
    const record = recordOf({ kind: 'Switch', engine, window }, cache, 1);
    await client.query('INSERT INTO cache (name, engine, window_ns, next_command) VALUES ($1, $2, $3, 2)', [
      cache,
      engine,
      window,
    ]);
    await client.query(
      `INSERT INTO message (uuid, kind, cache, command, received_at, fingerprint, argument, source)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        record.uuid,
        record.kind,
        cache,
        record.command,
        new Date(record.received_at),
        record.fingerprint,
        JSON.stringify(record.argument),
        record.source,
      ],
    );
    return;
  }
  if (existing.engine !== engine || existing.window_ns !== window) {
    throw new CacheMismatch(
      `the ${cache} cache runs the engine ${existing.engine} with a window of ${inSeconds(existing.window_ns)} s, but ` +
        `COINCIDENCE_ENGINE and COINCIDENCE_THRESHOLD say ${engine} and ${inSeconds(window)} s. Either set them to what ` +
        `runs, or change all caches: stop every replica, then run "snews cache switch --engine ${engine} ` +
        `--window ${inSeconds(window)}", which rebuilds the tables and sends no alert.`,
    );
  }
}
