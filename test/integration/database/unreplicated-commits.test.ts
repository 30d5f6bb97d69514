import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/database/embedded/index.js';
import { query, until } from '../../support/embedded-harness.js';
import { observation } from '../../support/load.js';
import { silentLog } from '../../support/logs.js';
import { restServiceForEachTest } from '../../support/rest-service.js';

let folder: string;
let postgres: EmbeddedPostgres;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snews-test-unreplicated-'));
  // As root, PostgreSQL runs as another user.
  await chmod(folder, 0o755);
  postgres = await startEmbeddedPostgres({ dataDirectory: folder, log: silentLog });
});
const service = restServiceForEachTest({}, async () => postgres.url);
afterEach(async () => {
  await replicateTo('');
});
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true });
});

const ask = (statement: string) => query(postgres.url, statement);

/** Commits wait for this standby. */
async function replicateTo(standby: string): Promise<void> {
  await ask(`ALTER SYSTEM SET synchronous_standby_names = '${standby}'`);
  await ask('SELECT pg_reload_conf()');
}

/** The processes whose commits are done on this server and wait for the standby. */
async function waiting(): Promise<number[]> {
  const { rows } = await ask(`SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'`);
  return rows.map(({ pid }) => pid);
}

/** From now on no commit is replicated. What PostgreSQL says of one whose wait is called off. */
async function loseStandby(): Promise<object> {
  await replicateTo('gone');
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const notices: object[] = [];
  client.on('notice', ({ severity, code, routine }) => notices.push({ severity, code, routine }));
  while (notices.length === 0) {
    const written = client.query(`SELECT pg_logical_emit_message(true, 'test', '')`);
    await Promise.race([written, until(async () => (await waiting()).length > 0)]);
    for (const pid of await waiting()) await ask(`SELECT pg_cancel_backend(${pid})`);
    await written;
  }
  await client.end();
  return notices;
}

const heartbeat = () => ({ uuid: randomUUID(), detector_name: 'JUNO', detector_status: 'ON' });
const early = () => ({ uuid: randomUUID(), detector_name: 'JUNO', retract_message_uuid: randomUUID() });

test.each([
  ['an observation', '/v1/observations', () => observation('JUNO')],
  ['a heartbeat', '/v1/heartbeats', heartbeat],
  ['a retraction before its observation', '/v1/retractions', early],
])('%s is not acknowledged before it is replicated, and neither is the same again', async (_, path, message) => {
  const sent = message();
  expect(await loseStandby()).toEqual([{ severity: 'WARNING', code: '01000', routine: 'SyncRepWaitForLSN' }]);
  const first = service.post(path, sent);
  await until(async () => (await waiting()).length > 0);
  for (const pid of await waiting()) await ask(`SELECT pg_cancel_backend(${pid})`);
  expect((await first).status).toBe(503);

  let answered = false;
  const again = service.post(path, sent).finally(() => {
    answered = true;
  });
  await Promise.race([again, until(async () => (await waiting()).length > 0)]);
  // Nothing tells that it will not be answered: an answer would be there by now.
  await delay(200);
  expect(answered).toBe(false);
  await replicateTo('');
  expect(await again).toMatchObject({ body: { duplicate: true } });
});

test('what an administrator keeps is not acknowledged before it is replicated', async () => {
  await loseStandby();
  const made = service.post('/v1/admin/keys', { name: 'a key', role: 'reader' });
  await until(async () => (await waiting()).length > 0);
  for (const pid of await waiting()) await ask(`SELECT pg_cancel_backend(${pid})`);
  expect((await made).status).toBe(503);
});
