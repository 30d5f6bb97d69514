import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type RestService, startRestService } from '../support/rest-service.js';

/** Longer than whatever the service does now and then. */
const WATCHED_MILLISECONDS = 23_000;

let service: RestService | undefined;

afterEach(async () => {
  await service?.stop();
  service = undefined;
});

/** Where every row lies, which transaction wrote it, and which one locked it or changed it since. */
async function rowsOf({ query }: RestService): Promise<Record<string, string>> {
  const { rows: tables } = await query(
    `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`,
  );
  const found: Record<string, string> = {};
  for (const { tablename } of tables) {
    const { rows } = await query(
      `SELECT coalesce(string_agg(concat_ws(' ', ctid, xmin, xmax), ', ' ORDER BY ctid), '') AS rows FROM "${tablename}"`,
    );
    found[tablename] = rows[0].rows;
  }
  return found;
}

test('a service that gets nothing writes nothing: no row is written, changed or locked', async () => {
  service = await startRestService({ SHADOW_ENGINE: 'reference' });
  await service.post('/v1/observations', {
    detector_name: 'JUNO',
    neutrino_time_utc: new Date(Date.now() - 1_000).toISOString().replace('Z', '000000Z'),
  });
  // What the start and the observation leave to do is done by then.
  await pause(4_000);
  const before = await rowsOf(service);
  expect(before['cache']).not.toBe('');
  expect(before['observation']).not.toBe('');
  await pause(WATCHED_MILLISECONDS);
  expect(await rowsOf(service)).toEqual(before);
});
