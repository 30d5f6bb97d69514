import { describe, expect, it } from 'vitest';
import { createContacts } from '../../../src/administration/contacts.js';
import { createCaches } from '../../../src/cache/history/create-caches.js';
import { createPrisma } from '../../../src/database/prisma.js';
import { seconds } from '../../../src/domain/time.js';
import { ADMIN_KEY, apiServerForAllTests, startApiServer } from '../../support/api-server.js';
import { silentLog } from '../../support/logs.js';

const server = apiServerForAllTests();

const SHIFT = { detector_name: 'Super-K', name: 'Super-K shift', email: 'Shift@Example.org' };

describe('contacts', () => {
  it('are added, listed, changed and removed', async () => {
    const added = await server.call('POST', '/v1/admin/contacts', SHIFT);
    expect(added.status).toBe(201);
    expect(added.json).toEqual({
      ...SHIFT,
      id: expect.any(Number),
      email: 'Shift@example.org',
      wants_alerts: false,
      wants_warnings: true,
      created_at: expect.stringMatching(/Z$/),
      created_by: 'configured',
    });
    const press = { name: '=Press', email: 'press@example.org', wants_alerts: true };
    const { json: other } = await server.call('POST', '/v1/admin/contacts', press);
    expect(other).toMatchObject({ detector_name: null, wants_alerts: true, wants_warnings: false });

    expect((await server.call('GET', '/v1/admin/contacts')).json).toEqual({
      items: [added.json, other],
      next_cursor: null,
    });
    const first = await server.call('GET', '/v1/admin/contacts?limit=1');
    const second = await server.call('GET', `/v1/admin/contacts?limit=1&cursor=${first.json.next_cursor}`);
    expect([first, second].map(({ json }) => json.items[0].id)).toEqual([added.json.id, other.id]);
    expect((await server.call('GET', '/v1/admin/contacts?detector_name=Super-K')).json.items).toEqual([added.json]);
    const csv = await fetch(`${server.url}/v1/admin/contacts`, {
      headers: { authorization: `Bearer ${ADMIN_KEY}`, accept: 'text/csv' },
    });
    const [head, , line] = (await csv.text()).split('\n');
    expect(head).toBe('id,detector_name,name,email,wants_alerts,wants_warnings,created_at,created_by');
    expect(line).toContain(",'=Press,press@example.org,true,false,");

    const path = `/v1/admin/contacts/${added.json.id}`;
    const changed = await server.call('PATCH', path, { wants_warnings: false, email: 'night@EXAMPLE.org' });
    expect(changed.json).toEqual({ ...added.json, wants_warnings: false, email: 'night@example.org' });
    // As it is already: no act.
    expect((await server.call('PATCH', path, { name: SHIFT.name })).json).toEqual(changed.json);
    expect((await server.call('DELETE', path)).json).toEqual(changed.json);
    expect((await server.call('DELETE', path)).status).toBe(404);
    expect((await server.call('PATCH', path, { name: 'x' })).status).toBe(404);

    const acts = (await server.call('GET', '/v1/admin/acts')).json.items;
    expect(acts.map(({ act, detail }: { act: string; detail: unknown }) => [act, detail])).toEqual([
      ['contact:remove', { id: added.json.id, detector: 'Super-K', wants_alerts: false, wants_warnings: false }],
      [
        'contact:change',
        {
          id: added.json.id,
          detector: 'Super-K',
          wants_alerts: false,
          wants_warnings: false,
          changed: ['email', 'wants_warnings'],
        },
      ],
      ['contact:add', { id: other.id, detector: null, wants_alerts: true, wants_warnings: false }],
      ['contact:add', { id: added.json.id, detector: 'Super-K', wants_alerts: false, wants_warnings: true }],
    ]);
    await server.call('DELETE', `/v1/admin/contacts/${other.id}`);
  });

  it('stand once with each detector, in whatever case their domain is written', async () => {
    const { json } = await server.call('POST', '/v1/admin/contacts', SHIFT);
    expect((await server.call('POST', '/v1/admin/contacts', { ...SHIFT, email: 'Shift@EXAMPLE.ORG' })).status).toBe(
      409,
    );
    const elsewhere = [
      { ...SHIFT, detector_name: 'LVD' },
      { ...SHIFT, detector_name: null },
    ];
    const others = [];
    for (const body of elsewhere) {
      const other = await server.call('POST', '/v1/admin/contacts', body);
      expect(other.status).toBe(201);
      others.push(other.json.id);
    }
    expect((await server.call('POST', '/v1/admin/contacts', elsewhere[1])).status).toBe(409);
    const second = await server.call('POST', '/v1/admin/contacts', { ...SHIFT, email: 'second@example.org' });
    const clash = await server.call('PATCH', `/v1/admin/contacts/${second.json.id}`, { email: 'Shift@example.org' });
    expect([clash.status, clash.json.errors[0].path]).toEqual([409, '/email']);
    for (const id of [json.id, second.json.id, ...others]) await server.call('DELETE', `/v1/admin/contacts/${id}`);
  });

  it('are refused if anything about them is wrong, and nothing changes', async () => {
    const wrong = [
      [{ name: 'x' }, 400],
      [{ ...SHIFT, email: 'a@example.org, b@example.org' }, 400],
      [{ ...SHIFT, email: 'Shift <a@example.org>' }, 400],
      [{ ...SHIFT, email: 'a@example.org\r\nBcc: b@example.org' }, 400],
      [{ ...SHIFT, name: 'two\nlines' }, 400],
      [{ ...SHIFT, name: 'turned\u202earound' }, 400],
      [{ ...SHIFT, name: ' blank' }, 400],
      [{ ...SHIFT, name: '' }, 400],
      [{ ...SHIFT, wants_alerts: 'yes' }, 400],
      [{ ...SHIFT, detector_name: 'Nobody' }, 422],
    ] as const;
    for (const [body, status] of wrong) {
      expect((await server.call('POST', '/v1/admin/contacts', body)).status, JSON.stringify(body)).toBe(status);
    }
    expect((await server.call('GET', '/v1/admin/contacts')).json.items).toEqual([]);
    for (const body of [{}, { e_mail: 'a@example.org' }, { detector_name: 'LVD' }, { email: 'none' }]) {
      expect((await server.call('PATCH', '/v1/admin/contacts/1', body)).status).toBe(400);
    }
    for (const id of ['0', '-1', '1.5', '9007199254740993', 'x']) {
      expect((await server.call('DELETE', `/v1/admin/contacts/${id}`)).status, id).toBe(400);
    }
  });

  it('are shown to administrators alone, and never logged', async () => {
    const { json } = await server.call('POST', '/v1/admin/contacts', { ...SHIFT, email: 'secret.person@example.org' });
    await server.call('POST', '/v1/admin/contacts', { ...SHIFT, email: 'secret.person@example.org' });
    for (const role of ['reader', 'detector'] as const) {
      const key = await server.key({ name: role, role, detectors: role === 'detector' ? ['Super-K'] : [] });
      for (const [method, path, body] of [
        ['GET', '/v1/admin/contacts', undefined],
        ['POST', '/v1/admin/contacts', { ...SHIFT, email: 'secret.person@example.org' }],
        ['PATCH', `/v1/admin/contacts/${json.id}`, { name: 'x' }],
        ['DELETE', `/v1/admin/contacts/${json.id}`, undefined],
        ['GET', '/v1/admin/acts', undefined],
      ] as const) {
        const answer = await server.call(method, path, body, key);
        expect(answer.status, `${method} ${path}`).toBe(403);
        expect(answer.text).not.toContain('secret');
      }
      expect((await server.call('GET', '/v1/detectors', undefined, key)).text).not.toContain('secret');
    }
    await server.call('DELETE', `/v1/admin/contacts/${json.id}`);
    expect(server.logged()).toContain('/v1/admin/contacts');
    expect(server.logged()).not.toContain('secret.person');
    expect((await server.call('GET', '/v1/admin/acts?limit=1000')).text).not.toContain('@');
  });

  it('leave nothing of their address with deliveries when they go, unless it stands elsewhere', async () => {
    const configured = { admins: [], alerts: ['Press@example.org'] };
    const other = await startApiServer({ configured });
    try {
      const ids = [];
      for (const email of ['Night+1@example.org', 'day@example.org', 'press@example.org']) {
        for (const detector_name of email.startsWith('day') ? ['LVD', 'JUNO'] : ['LVD']) {
          ids.push((await other.call('POST', '/v1/admin/contacts', { detector_name, name: 'x', email })).json.id);
        }
      }
      const taken = ['night+1@example.org', 'day@example.org', 'press@example.org'];
      const error =
        '1 of 3 recipients: 550 <NIGHT+1@example.org> of day@example.org, press@example.org, nightx1@example.org';
      const at = 'now()';
      await other.query(`INSERT INTO delivery (sink, alert_id, event_id, sequence, state, created_at, due_at, gives_up_at, progress, last_error)
        VALUES ('email', gen_random_uuid(), 'SN-20260101-1', 1, 'failed', ${at}, ${at}, ${at}, '{"taken":${JSON.stringify(taken)}}', '${error}'),
          ('email', gen_random_uuid(), 'SN-20260101-1', 2, 'delivered', ${at}, ${at}, ${at}, NULL, '${error}'),
          ('email', gen_random_uuid(), 'SN-20260101-1', 3, 'waiting', ${at}, ${at}, ${at}, NULL, NULL)`);
      const kept = () => other.query('SELECT progress, last_error FROM delivery ORDER BY sequence');
      const [night, one, two, press] = ids;
      // Another detector's contact has the same address, and ALERT_MAIL_TO the last one.
      for (const id of [night, one, press]) await other.call('DELETE', `/v1/admin/contacts/${id}`);
      const without = error.replace('NIGHT+1@example.org', '(address)');
      expect(await kept()).toEqual([
        { progress: { taken: taken.slice(1) }, last_error: without },
        { progress: null, last_error: without },
        { progress: null, last_error: null },
      ]);
      await other.call('PATCH', `/v1/admin/contacts/${two}`, { email: 'new@example.org' });
      expect(await kept()).toMatchObject([
        { progress: { taken: ['press@example.org'] }, last_error: without.replace('day@example.org', '(address)') },
        {},
        {},
      ]);
    } finally {
      await other.stop();
    }
  });

  it('who want alerts are mailed once, however often they stand there', async () => {
    const wishes = [
      { ...SHIFT, wants_alerts: true },
      { ...SHIFT, detector_name: 'LVD', email: 'Shift@EXAMPLE.org', wants_alerts: true },
      { ...SHIFT, detector_name: 'JUNO', email: 'juno@example.org' },
      { ...SHIFT, detector_name: null, email: 'press@example.org', wants_alerts: true },
    ];
    for (const body of wishes) await server.call('POST', '/v1/admin/contacts', body);
    const prisma = createPrisma(server.databaseUrl, silentLog);
    try {
      expect(await createContacts(prisma, { admins: [], alerts: [] }).alertRecipients()).toEqual([
        'Shift@example.org',
        'press@example.org',
      ]);
    } finally {
      await prisma.$disconnect();
    }
  });
});

const THEIA = {
  name: 'Theia',
  id: 900,
  full_name: 'Theia-25',
  type: 'hybrid scintillator',
  site: 'Hida, Japan',
  latitude: 36.35,
  longitude: 137.31,
};

describe('detectors', () => {
  it('take part as soon as they are added, and are changed, without a start', async () => {
    const observation = { detector_name: 'Theia', neutrino_time_utc: '2030-01-01T00:00:00Z', is_test: true };
    expect((await server.call('POST', '/v1/observations', observation)).status).toBe(422);
    const added = await server.call('POST', '/v1/admin/detectors', THEIA);
    expect([added.status, added.json]).toEqual([201, expect.objectContaining({ ...THEIA, status: 'UNKNOWN' })]);
    expect((await server.call('POST', '/v1/observations', observation)).status).toBe(201);
    expect((await server.call('GET', '/v1/detectors/Theia')).json).toMatchObject(THEIA);

    const changed = await server.call('PATCH', '/v1/admin/detectors/Theia', { latitude: -90, site: 'South Pole' });
    expect([changed.status, changed.json.latitude, changed.json.site]).toEqual([200, -90, 'South Pole']);
    await server.call('PATCH', '/v1/admin/detectors/Theia', { latitude: -90 });
    const acts = (await server.call('GET', '/v1/admin/acts?limit=2')).json.items;
    expect(acts.map(({ act, detail }: { act: string; detail: unknown }) => [act, detail])).toEqual([
      [
        'detector:change',
        {
          name: 'Theia',
          was: { latitude: 36.35, site: 'Hida, Japan' },
          is: { latitude: -90, site: 'South Pole' },
        },
      ],
      ['detector:add', THEIA],
    ]);
  });

  it('have a name and an id of their own', async () => {
    const byName = await server.call('POST', '/v1/admin/detectors', { ...THEIA, id: 901 });
    expect([byName.status, byName.json.errors[0].path]).toEqual([409, '/name']);
    const byId = await server.call('POST', '/v1/admin/detectors', { ...THEIA, name: 'Another' });
    expect([byId.status, byId.json.errors[0].path]).toEqual([409, '/id']);
    expect((await server.call('PATCH', '/v1/admin/detectors/LVD', { id: 900 })).status).toBe(409);
    expect((await server.call('GET', '/v1/detectors/Another')).status).toBe(404);
  });

  it('are refused if anything about them is wrong', async () => {
    const wrong = [
      { name: '' },
      { name: 'x'.repeat(65) },
      { name: 'two\nlines' },
      { name: ' x' },
      { name: 'Thei\u0430' },
      { id: -1 },
      { id: 1.5 },
      { id: 2 ** 31 },
      { latitude: 90.1 },
      { latitude: null },
      { longitude: -180.1 },
      { full_name: '' },
      { site: 'a\u0007b' },
      { type: 7 },
      { status: 'ON' },
    ];
    for (const change of wrong) {
      const body = { ...THEIA, name: 'New', id: 902, ...change };
      expect((await server.call('POST', '/v1/admin/detectors', body)).status, JSON.stringify(change)).toBe(400);
    }
    for (const body of [{}, { name: 'New' }, { latitude: 91 }, { sight: 'x' }]) {
      expect((await server.call('PATCH', '/v1/admin/detectors/LVD', body)).status, JSON.stringify(body)).toBe(400);
    }
    expect((await server.call('PATCH', '/v1/admin/detectors/Nobody', { site: 'x' })).status).toBe(404);
    expect((await server.call('DELETE', '/v1/admin/detectors/LVD')).status).toBe(405);
  });

  it('are what administrators made of them also after the next start', async () => {
    await server.call('PATCH', '/v1/admin/detectors/LVD', { id: 903, site: 'Elsewhere' });
    await createCaches(server.databaseUrl, 'complete', seconds(10));
    expect((await server.call('GET', '/v1/detectors/LVD')).json).toMatchObject({ id: 903, site: 'Elsewhere' });
    expect((await server.call('GET', '/v1/detectors/Theia')).json.site).toBe('South Pole');
  });
});
