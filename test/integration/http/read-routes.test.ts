import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMigratedDatabase, type TestDatabase } from '../../support/database.js';
import { ADMIN_KEY, type ReadServer, startReadServer } from '../../support/read-server.js';
import { openStored, receivedAt, type Stored } from '../../support/stored.js';

let database: TestDatabase;
let stored: Stored;
let server: ReadServer;
const uuids: string[] = [];

beforeAll(async () => {
  database = await createMigratedDatabase();
  stored = await openStored(database.url);
  server = await startReadServer(database.url);
  for (const command of [1, 2, 3, 4, 5]) {
    const time = `2030-01-01T12:34:4${command}Z`;
    const detector = command % 2 === 0 ? 'XENONnT' : 'Super-K';
    const id = command === 1 ? '=HYPERLINK("http://evil/")' : undefined;
    const meta = command === 1 ? { run: 42, note: 'a,"b"' } : null;
    uuids.push(await stored.observation({ command, detector, time, meta, ...(id === undefined ? {} : { id }) }));
  }
  const of = { anchor: '2030-01-01T12:34:41Z', eventId: 'SN-20300101-1' };
  await stored.subGroup({ ...of, number: 0, rows: [1, 2], deltas: [0, 1] });
  for (const id of ['SN-20300101-10', 'SN-20300101-9', 'SN-20291231-1', 'SN-20300102-1'])
    await stored.event(id, 'open');
  await stored.alerts('live', [{}, {}, {}]);
  await stored.alerts('test', [{ pValues: [null, 0.5] }]);
  for (const [i, name] of ['KM3NeT', '-dashed', 'IceCube'].entries()) {
    await stored.client.query(`INSERT INTO detector VALUES ($1, $2, $1, 'string', 'sea', -1.5, 0)`, [name, i]);
  }
});

afterAll(async () => {
  await server.stop();
  await stored.end();
  await database.drop();
});

describe('GET /v1/coincidences', () => {
  it('answers 304 to who has these tables in this form, until they change', async () => {
    const first = await server.get('/v1/coincidences');
    const csv = await server.get('/v1/coincidences', { accept: 'text/csv' });
    const etag = String(first.headers.etag);
    expect(first.json()).toMatchObject({ cache: 'live', version: 0, sub_groups: [{ number: 0 }] });
    expect(etag).toMatch(/^"live-0-/);
    expect([csv.headers.etag, (await server.get('/v1/coincidences?cache=test')).headers.etag]).not.toContain(etag);

    const again = await server.get('/v1/coincidences', { 'if-none-match': `"other", W/${etag}` });
    expect([again.statusCode, again.body, again.headers.etag, again.headers.vary]).toEqual([304, '', etag, 'accept']);
    const inOtherForm = await server.get('/v1/coincidences', { 'if-none-match': etag, accept: 'text/csv' });
    expect(inOtherForm.statusCode).toBe(200);
    await stored.client.query(`UPDATE cache SET version = version + 1 WHERE name = 'live'`);
    const changed = await server.get('/v1/coincidences', { 'if-none-match': etag });
    expect([changed.statusCode, changed.headers.etag]).toEqual([200, etag.replace('-0-', '-1-')]);
  });

  it('comes as CSV, in which no text is a formula', async () => {
    const { headers, body } = await server.get('/v1/coincidences', { accept: 'text/csv' });
    expect(headers).toMatchObject({ 'content-type': 'text/csv; charset=utf-8; header=present', vary: 'accept' });
    const [header, first, second, ...rest] = body.split('\n');
    expect(header).toMatch(
      /^number,event_id,pre_sn,detector_name,neutrino_time_utc,neutrino_time_delta,p_val,uuid,id,/,
    );
    expect(first).toContain(`0,SN-20300101-1,false,Super-K,2030-01-01T12:34:41.000000000Z,0,,${uuids[0]},`);
    expect(first).toContain(
      `,"'=HYPERLINK(""http://evil/"")",${receivedAt(1)},,"{""run"":42,""note"":""a,\\""b\\""""}",`,
    );
    expect(second).toContain(`,XENONnT,2030-01-01T12:34:42.000000000Z,1,,${uuids[1]},XENONnT_CoincidenceTier_None,`);
    expect(rest).toEqual(['']);
  });

  it.each([
    ['*/*', 'application/json'],
    ['text/html, */*;q=0.1', 'application/json'],
    ['text/csv;q=0.5, application/json', 'application/json'],
    ['application/json;q=0.5, text/*', 'text/csv'],
    ['*/*, application/json;q=0', 'text/csv'],
  ])('understands Accept: %s', async (accept, type) => {
    const { headers } = await server.get('/v1/coincidences', { accept });
    expect(headers['content-type']).toContain(type);
  });

  it('answers one table, and 404 for a number that is not open', async () => {
    expect((await server.get('/v1/coincidences/0')).json()).toMatchObject({ number: 0, rows: [{}, {}] });
    expect((await server.get('/v1/coincidences/0?cache=test')).statusCode).toBe(404);
  });
});

describe('problems', () => {
  it.each([
    ['/v1/coincidences?cache=dead', 400],
    ['/v1/coincidences?cahce=test', 400],
    ['/v1/coincidences?cache=live&cache=test', 400],
    ['/v1/coincidences/-1', 400],
    ['/v1/coincidences/2147483648', 400],
    ['/v1/events/%00', 400],
    ['/v1/events/SN-20300101-77', 404],
    ['/v1/events?cursor=WyIyMDMwMDEwMSIsMWUzMF0', 400],
    ['/v1/observations?detector_name=%00', 400],
    ['/v1/observations?detector=Super-K', 400],
    ['/v1/observations?state=dead', 400],
    ['/v1/observations?from=yesterday', 400],
    ['/v1/observations?limit=0', 400],
    ['/v1/observations?limit=1001', 400],
    ['/v1/observations?cursor=bm9wZQ', 400],
    ['/v1/observations/none', 400],
    ['/v1/observations/9ccdc218-2552-4e33-b023-04308a21bd20', 404],
    ['/v1/alerts/9ccdc218-2552-4e33-b023-04308a21bd20', 404],
    ['/v1/detectors/Nobody', 404],
    ['/v1/detectors/%00', 400],
  ])('%s is %i', async (path, status) => {
    const { statusCode, headers, body } = await server.get(path);
    expect([statusCode, headers['content-type']], body).toEqual([status, expect.stringContaining('problem+json')]);
  });

  it('406 for a form that is not to be had', async () => {
    expect((await server.get('/v1/alerts', { accept: 'application/xml' })).statusCode).toBe(406);
  });
});

/** Follows the cursors from page to page. */
async function walk(path: string, key: string): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let cursor = ''; ; ) {
    const { items, next_cursor } = (await server.get(`${path}${cursor}`)).json();
    expect(items).not.toEqual([]);
    found.push(...items.map((item: Record<string, unknown>) => item[key]));
    if (next_cursor === null) return found;
    expect(items).toHaveLength(2);
    cursor = `&cursor=${next_cursor}`;
  }
}

describe('lists', () => {
  it.each([
    ['/v1/observations?limit=2', 'received_time_utc', [1, 2, 3, 4, 5].map(receivedAt)],
    ['/v1/observations?limit=2&detector_name=Super-K', 'received_time_utc', [1, 3, 5].map(receivedAt)],
    ['/v1/alerts?limit=2', 'sequence', [1, 2, 3]],
    ['/v1/events?limit=2', 'id', ['SN-20291231-1', 'SN-20300101-9', 'SN-20300101-10', 'SN-20300102-1']],
  ])('%s comes page by page, in both orders', async (path, key, expected) => {
    await expect(walk(path, key)).resolves.toEqual(expected);
    await expect(walk(`${path}&order=desc`, key)).resolves.toEqual([...expected].reverse());
  });

  it('of detectors comes page by page', async () => {
    const names = await walk('/v1/detectors?limit=2', 'name');
    expect(new Set(names)).toEqual(new Set(['-dashed', 'IceCube', 'KM3NeT']));
    expect(names).toHaveLength(3);
  });

  it('come as CSV, which says in Link where it goes on', async () => {
    const { body, headers } = await server.get('/v1/alerts?limit=1&cache=live', { accept: 'text/csv' });
    expect(body).toMatch(/^id,sequence,.*\n[-0-9a-f]{36},1,live,.*,Super-K;XENONnT,.*,0\.07;,0\.07,,,test,.*\n$/);
    const next = /^<(\/v1\/alerts\?limit=1&cache=live&cursor=[^>]+)>; rel="next"$/.exec(String(headers.link))?.[1];
    expect((await server.get(String(next))).json().items).toMatchObject([{ sequence: 2 }]);
    const detectors = await server.get('/v1/detectors', { accept: 'text/csv' });
    // A name is text from outside; a latitude is a number.
    expect(detectors.body).toMatch(/\n'-dashed,1,'-dashed,string,sea,-1\.5,0,,,,UNKNOWN,,,,,\n/);
    for (const path of ['/v1/observations', '/v1/events']) {
      expect((await server.get(path, { accept: 'text/csv' })).headers['content-type']).toContain('text/csv');
    }
  });
});

it('gives one observation and one detector', async () => {
  expect((await server.get(`/v1/observations/${uuids[0]}`)).json()).toMatchObject({ uuid: uuids[0], state: 'active' });
  expect((await server.get('/v1/detectors/KM3NeT')).json()).toMatchObject({ name: 'KM3NeT', last_heartbeat: null });
  expect((await server.get('/v1/events/SN-20300101-9')).json()).toMatchObject({ alerts: [], best_table: null });
});

describe('alerts', () => {
  const anonymously = (url: string) => server.app.inject({ url });

  it('of the live cache are open to all, without deliveries', async () => {
    const [open] = (await anonymously('/v1/alerts')).json().items;
    expect(open).not.toHaveProperty('deliveries');
    expect((await anonymously(`/v1/alerts/${open.id}`)).json()).toEqual(open);
    const known = await server.get(`/v1/alerts/${open.id}`);
    expect(known.json()).toEqual({ ...open, deliveries: [] });
  });

  it('of the other caches ask for a key', async () => {
    const [drilled] = (await server.get('/v1/alerts?cache=test')).json().items;
    expect(drilled).toMatchObject({ p_values: [null, 0.5], deliveries: [] });
    expect((await anonymously('/v1/alerts?cache=test')).statusCode).toBe(401);
    expect((await anonymously(`/v1/alerts/${drilled.id}`)).statusCode).toBe(401);
    expect((await server.get(`/v1/alerts/${drilled.id}`)).statusCode).toBe(200);
    expect((await anonymously('/v1/coincidences')).statusCode).toBe(401);
    const wrong = { authorization: `Bearer ${ADMIN_KEY}x` };
    expect((await server.app.inject({ url: '/v1/alerts', headers: wrong })).statusCode).toBe(401);
  });
});
