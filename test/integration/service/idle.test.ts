import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { type RestService, startRestService } from '../../support/rest-service.js';

/** Longer than whatever the service does now and then. */
const WATCHED_MILLISECONDS = 12_000;
const SETTLED_MILLISECONDS = 3_000;
/** All that looks now and then whether there is something to do. Nobody listens there: there is nothing to send. */
const EVERYTHING = {
  SHADOW_ENGINE: 'reference',
  SMTP_URL: 'smtp://127.0.0.1:9',
  MAIL_FROM: 'snews@example.org',
  ALERT_MAIL_TO: 'shift@example.org',
  SLACK_TOKEN: 'xoxb-nobody-listens',
  SLACK_CHANNEL: 'alerts',
  SLACK_API_URL: 'http://127.0.0.1:9/api/',
};

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

/** When what the start and a message leave to do is done. */
async function settledRowsOf(idle: RestService): Promise<Record<string, string>> {
  for (let before = await rowsOf(idle); ; ) {
    await pause(SETTLED_MILLISECONDS);
    const now = await rowsOf(idle);
    if (isDeepStrictEqual(now, before)) return now;
    before = now;
  }
}

test('a service that gets nothing writes nothing: no row is written, changed or locked', async () => {
  service = await startRestService(EVERYTHING);
  await service.post('/v1/observations', {
    detector_name: 'JUNO',
    neutrino_time_utc: new Date(Date.now() - 1_000).toISOString().replace('Z', '000000Z'),
  });
  const before = await settledRowsOf(service);
  expect(before['cache']).not.toBe('');
  expect(before['observation']).not.toBe('');
  await pause(WATCHED_MILLISECONDS);
  expect(await rowsOf(service)).toEqual(before);
});
