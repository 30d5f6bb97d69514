import { expect, it } from 'vitest';
import { ADMIN_KEY, apiServerForAllTests } from '../../support/api-server.js';

const server = apiServerForAllTests();

it('a key is shown once, stored as its hash, holds until it is revoked, and every act is recorded', async () => {
  const request = { name: 'LVD shift', role: 'detector', detectors: ['LVD'] };
  const made = await server.call('POST', '/v1/admin/keys', request);
  expect(made.status).toBe(201);
  const { key, ...record } = made.json;
  expect(record).toMatchObject({ ...request, created_by: 'configured', revoked_at: null });
  const stored = await server.query('SELECT * FROM api_key');
  expect(JSON.stringify(stored)).not.toContain(key.slice(-20));
  expect((await server.call('GET', '/v1/admin/keys')).json).toEqual({ items: [record], next_cursor: null });

  expect((await server.call('GET', '/v1/detectors', undefined, key)).status).toBe(200);
  const revoked = await server.call('DELETE', `/v1/admin/keys/${record.id}`);
  expect([revoked.status, revoked.json.revoked_at]).toEqual([200, expect.stringMatching(/Z$/)]);
  expect((await server.call('GET', '/v1/detectors', undefined, key)).status).toBe(401);
  expect((await server.call('DELETE', `/v1/admin/keys/${record.id}`)).json).toEqual(revoked.json);
  expect((await server.call('DELETE', '/v1/admin/keys/nobody00')).status).toBe(404);

  const acts = await server.call('GET', '/v1/admin/acts');
  expect(acts.json.items.map(({ act, actor, detail }: Record<string, unknown>) => ({ act, actor, detail }))).toEqual([
    { act: 'key:revoke', actor: 'configured', detail: { id: record.id, name: 'LVD shift' } },
    { act: 'key:create', actor: 'configured', detail: { id: record.id, ...request } },
  ]);
  const csv = await fetch(`${server.url}/v1/admin/acts?limit=1`, {
    headers: { authorization: `Bearer ${ADMIN_KEY}`, accept: 'text/csv' },
  });
  expect((await csv.text()).split('\n')[0]).toBe('id,time_utc,actor,act,detail');
});

it('a key names detectors that exist if it is a detector key, and none otherwise', async () => {
  const wrong = [
    [{ name: 'x', role: 'detector' }, 400],
    [{ name: 'x', role: 'detector', detectors: [] }, 400],
    [{ name: 'x', role: 'reader', detectors: ['LVD'] }, 400],
    [{ name: 'x', role: 'root' }, 400],
    [{ name: '', role: 'reader' }, 400],
    [{ name: 'x', role: 'detector', detectors: ['LVD', 'Nobody'] }, 422],
  ] as const;
  for (const [body, status] of wrong) {
    expect((await server.call('POST', '/v1/admin/keys', body)).status, JSON.stringify(body)).toBe(status);
  }
});

it('a detector is muted in one cache or in all, and unmuted', async () => {
  const observation = { detector_name: 'JUNO', neutrino_time_utc: '2030-01-01T00:00:00Z', is_test: true };
  const { json } = await server.call('POST', '/v1/observations', observation);
  const muted = await server.call('POST', '/v1/admin/detectors/JUNO/mute', { reason: 'noise' });
  expect(muted.json).toMatchObject({ detector_name: 'JUNO', muted: true });
  expect(muted.json.caches.map(({ cache, observations }: Record<string, unknown>) => [cache, observations])).toEqual([
    ['live', []],
    ['firedrill', []],
    ['test', [json.observation.uuid]],
  ]);
  const unmuted = await server.call('POST', '/v1/admin/detectors/JUNO/unmute', { reason: 'quiet', cache: 'test' });
  expect(unmuted.json).toMatchObject({ muted: false, caches: [{ cache: 'test' }] });
  expect((await server.call('POST', '/v1/admin/detectors/Nobody/mute', { reason: 'x' })).status).toBe(404);
  expect((await server.call('POST', '/v1/admin/detectors/JUNO/mute', {})).status).toBe(400);
});

it('a reset empties one cache, and says how many observations went', async () => {
  const observation = { detector_name: 'LVD', neutrino_time_utc: '2031-01-01T00:00:00Z', is_firedrill: true };
  // A fire drill is timed like the real thing.
  expect((await server.call('POST', '/v1/observations', observation)).status).toBe(422);
  const now = new Date().toISOString();
  expect((await server.call('POST', '/v1/observations', { ...observation, neutrino_time_utc: now })).status).toBe(201);
  const reset = await server.call('POST', '/v1/admin/reset', { cache: 'firedrill', reason: 'end of the drill' });
  expect(reset.json).toMatchObject({ cache: 'firedrill', dropped: 1 });
  expect((await server.call('GET', '/v1/coincidences?cache=firedrill')).json.sub_groups).toEqual([]);
  const listed = await server.call('GET', '/v1/admin/resets?cache=firedrill&limit=1');
  const record = { id: reset.json.id, cache: 'firedrill', dropped: 1, actor: 'configured', reason: 'end of the drill' };
  expect(listed.json).toMatchObject({ items: [{ ...record, undo: null }], next_cursor: null });
  expect((await server.call('GET', '/v1/status?cache=firedrill')).json.last_reset).toEqual(listed.json.items[0]);
  expect((await server.call('GET', '/v1/status')).json.last_reset).toBeNull();
  for (const wrong of [{}, { cache: 'all', reason: 'x' }, { cache: 'live' }, { cache: 'live', reason: '' }]) {
    expect((await server.call('POST', '/v1/admin/reset', wrong)).status).toBe(400);
  }
});

it('a reset is undone by its id, once, within a day, by an administrator', async () => {
  const now = new Date().toISOString();
  const observe = (detector_name: string) =>
    server.call('POST', '/v1/observations', { detector_name, neutrino_time_utc: now, is_test: true });
  const [first] = [await observe('LZ'), await observe('DUNE')];
  const { json: reset } = await server.call('POST', '/v1/admin/reset', { cache: 'test', reason: 'by mistake' });
  const undo = (id: string, key?: string) => server.call('POST', `/v1/admin/resets/${id}/undo`, undefined, key);
  const reader = await server.key({ name: 'x', role: 'reader', detectors: [] });
  expect((await undo(reset.id, reader)).status).toBe(403);
  const undone = await undo(reset.id);
  expect(undone).toMatchObject({ status: 200, json: { id: reset.id, dropped: reset.dropped } });
  expect(undone.json.undo).toMatchObject({ actor: 'configured', restored: reset.dropped, done_at: expect.any(String) });
  expect((await undo(reset.id.toUpperCase())).json).toEqual(undone.json);
  const tables = (await server.call('GET', '/v1/coincidences?cache=test')).json.sub_groups;
  expect(JSON.stringify(tables)).toContain(first?.json.observation.uuid);
  expect((await server.call('GET', '/v1/status?cache=test')).json.last_reset).toEqual(undone.json);

  const { json: old } = await server.call('POST', '/v1/admin/reset', { cache: 'test', reason: 'long ago' });
  await server.query(`UPDATE cache_reset SET at = at - interval '25 hours' WHERE id = '${old.id}'`);
  const late = await undo(old.id);
  expect([late.status, late.json.detail]).toEqual([409, expect.stringContaining('could be undone until')]);
  const unknown = await undo('9ccdc218-2552-4e33-b023-04308a21bd20');
  expect([unknown.status, unknown.json.detail]).toEqual([404, expect.stringContaining('there is no reset')]);
  expect((await undo('last')).status).toBe(400);
  const pages = [await server.call('GET', '/v1/admin/resets?limit=1')];
  for (let next = pages[0]?.json.next_cursor; next !== null; next = pages.at(-1)?.json.next_cursor) {
    pages.push(await server.call('GET', `/v1/admin/resets?limit=1&cursor=${next}`));
  }
  const ids = pages.flatMap(({ json }) => json.items.map(({ id }: { id: string }) => id));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining([reset.id, old.id]));
  const csv = await fetch(`${server.url}/v1/admin/resets`, {
    headers: { authorization: `Bearer ${ADMIN_KEY}`, accept: 'text/csv' },
  });
  expect((await csv.text()).split('\n')[1]).toContain(',test,');
});
