import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseUtc } from '../../../src/domain/time.js';
import { burdenedServiceForAllTests } from '../../support/burden.js';
import { databaseForAllTests } from '../../support/database.js';
import { ADMIN_KEY } from '../../support/service-process.js';

/** Items of a list as large as the server takes them: a message may have 256 KiB. */
const ITEMS = 120;
/** Tables of one event, and rows of each. */
const TABLES = 12;
const DETECTORS = 10;
/** Alerts of one event. */
const ALERTS = 4_000;
/** No page is larger than this by much, if its items are not. */
const PAGE_BYTES = 2 * 1024 * 1024;
/** What a detector may add to an observation: many small values are more work than one long text. */
const META = `('{"series":[' || repeat('[1.5,{"a":true}],', 15000) || '0]}')::json`;
const EVENT = 'SN-20300101-1';
const CAUSE = '9ccdc218-2552-4e33-b023-04308a21bd20';
const TIME = '2030-01-01T12:34:45.678999123Z';
const NS = '1893501285678999123';

const database = databaseForAllTests();
const { service, burdenOf } = burdenedServiceForAllTests(database);

beforeAll(async () => {
  await fill();
  // The first requests compile what the others use.
  for (const path of ['/v1/observations?limit=3', '/v1/timing-series?limit=3', '/v1/alerts?limit=3']) {
    for (const accept of ['application/json', 'text/csv']) await read(path, accept);
  }
});

describe.each(['application/json', 'text/csv'])('as %s', (accept) => {
  it.each([
    ['observations', '/v1/observations?limit=1000', ITEMS],
    ['timing series', '/v1/timing-series?limit=1000', ITEMS],
    ['heartbeats of the test cache', '/v1/detectors/Super-K/heartbeats?cache=test&limit=1000', ITEMS],
    ['dead letters', '/v1/admin/dead-letters?limit=1000', ITEMS],
    ['alerts', '/v1/alerts?limit=1000', ALERTS],
    ['sub-groups', '/v1/coincidences?limit=1000', TABLES],
  ])(
    'a list of %s as large as they come is read page by page, and no page holds up the others',
    async (_, path, count) => {
      const burden = await burdenOf(async () => {
        const pages = await readPages(path, accept);
        const expected = path.startsWith('/v1/coincidences') && accept === 'text/csv' ? count * DETECTORS : count;
        expect(pages.items).toBe(expected);
        // An item, or a table of them, may begin just before the end of a page; CSV doubles quotes.
        expect(pages.largest).toBeLessThan(2 * PAGE_BYTES + DETECTORS * 300 * 1024 * 2);
      });
      expect(burden).toMatchObject({ isLight: true });
    },
  );

  it('an answer of all sub-groups goes on for as long as it takes', async () => {
    const burden = await burdenOf(async () => {
      const { status, isStreamed, bytes } = await read('/v1/coincidences', accept);
      expect([status, isStreamed, bytes > TABLES * DETECTORS * 250_000]).toEqual([200, true, true]);
    });
    expect(burden).toMatchObject({ isLight: true });
  });
});

describe('an answer that can not be cut into pages', () => {
  it.each([
    ['an event of many tables and alerts', `/v1/events/${EVENT}`, TABLES * DETECTORS * 250_000],
    ['a table of large rows', '/v1/coincidences/3', DETECTORS * 250_000],
  ])('%s goes out while it is made', async (_, path, least) => {
    const burden = await burdenOf(async () => {
      const { status, isStreamed, bytes } = await read(path);
      expect([status, isStreamed, bytes > least]).toEqual([200, true, true]);
    });
    expect(burden).toMatchObject({ isLight: true });
  });

  it('a message that came again and had caused many alerts is answered so, too', async () => {
    const body = JSON.stringify({ uuid: CAUSE, detector_name: 'Super-K', neutrino_time_utc: TIME });
    const burden = await burdenOf(async () => {
      const response = await fetch(`${service.url}/v1/observations`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
        body,
      });
      const answer = (await response.json()) as { alerts: unknown[] };
      expect([response.status, answer.alerts.length]).toEqual([200, ALERTS]);
      expect(response.headers.get('transfer-encoding')).toBe('chunked');
    });
    expect(burden).toMatchObject({ isLight: true });
  });

  it('the stream of alerts catches up at the pace of its reader', async () => {
    const burden = await burdenOf(async () => {
      const request = get(`${service.url}/v1/alerts/stream?after=0`);
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      let alerts = 0;
      for await (const chunk of response.setEncoding('utf8')) {
        alerts += chunk.match(/^event: alert$/gm)?.length ?? 0;
        if (chunk.includes(`id: ${ALERTS}\n`)) break;
      }
      request.destroy();
      // A chunk may cut a line in two.
      expect(alerts).toBeGreaterThan(ALERTS * 0.95);
    });
    expect(burden).toMatchObject({ isLight: true });
  });
});

async function fill(): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    `INSERT INTO observation (uuid, cache, command, id, detector_name, neutrino_time, neutrino_ns, received_ns, expires_ns,
      state, p_val, is_pre_sn, meta)
    SELECT CASE n WHEN 1 THEN '${CAUSE}'::uuid ELSE gen_random_uuid() END, 'live', n + 1, 'Super-K_CoincidenceTier_None',
      'Super-K', '${TIME}', ${NS} + n, ${NS} + n, 9e18::bigint, 'active', 0.5, false, ${META}
    FROM generate_series(1, ${ITEMS}) AS n`,
  );
  await client.query(
    `INSERT INTO message (uuid, kind, cache, command, detector, received_at, fingerprint, source, body)
    SELECT gen_random_uuid(), kind, cache, NULL, 'Super-K', '2030-01-01T12:34:45Z'::timestamptz + n * interval '1 second', '', 'x',
      ('{"detector_name":"Super-K","detector_status":"ON","tier":"' || kind || '","meta":' || ${META} || '}')::json
    FROM generate_series(1, ${ITEMS}) AS n, (VALUES ('TimingTier', 'live'), ('Heartbeat', 'test')) AS of(kind, cache)`,
  );
  await client.query(
    `INSERT INTO dead_letter (cluster, topic, partition, position, received_at, headers, value, reason, detail, created_at)
    SELECT 'c', 't', 0, n, now(), '[]', convert_to(repeat('{"a":1}', 150000), 'UTF8'), 'malformed', 'x', now()
    FROM generate_series(1, ${ITEMS}) AS n`,
  );
  await client.query(
    `INSERT INTO event (id, cache, day, ordinal, state, pre_sn, created_at, updated_at)
    VALUES ('${EVENT}', 'live', '20300101', 1, 'open', false, now(), now())`,
  );
  await client.query(
    `INSERT INTO sub_group (cache, number, anchor_command, anchor_ns, rows, deltas, coincides, event_id, created_at, updated_at)
    SELECT 'live', n - 1, n + 1, ${NS} + n, ARRAY(SELECT n + 1 + generate_series(0, ${DETECTORS - 1})),
      ARRAY(SELECT generate_series(0, ${DETECTORS - 1})), true, '${EVENT}', now(), now()
    FROM generate_series(1, ${TABLES}) AS n`,
  );
  await client.query(
    `INSERT INTO message (uuid, kind, cache, command, detector, received_at, fingerprint, source, body)
    VALUES ('${CAUSE}', 'CoincidenceTier', 'live', 2, 'Super-K', now(), $1, 'x', '{}')`,
    [JSON.stringify(['CoincidenceTier', 'live', 'Super-K', String(parseUtc(TIME)), null])],
  );
  const times = `array_fill('${TIME}'::text, ARRAY[${DETECTORS}])`;
  await client.query(
    `INSERT INTO alert (id, cache, sequence, message_uuid, command, alert_type, sub_group, event_id, pre_sn, observations,
      detector_names, neutrino_times, p_values, server_tag, sent_ns, first_ns, last_ns, payload)
    SELECT gen_random_uuid(), 'live', n, '${CAUSE}', 2, 'UPDATE', n, '${EVENT}', false, ARRAY[gen_random_uuid()],
      array_fill('A detector of some name'::text, ARRAY[${DETECTORS}]), ${times},
      to_jsonb(array_fill(0.25::float8, ARRAY[${DETECTORS}])), 'x', ${NS} + n, ${NS}, ${NS},
      json_build_object('detector_names', array_fill('A detector of some name'::text, ARRAY[${DETECTORS}]), 'neutrino_times', ${times})
    FROM generate_series(1, ${ALERTS}) AS n`,
  );
  await client.query(
    `UPDATE cache SET next_sequence = ${ALERTS + 1}, next_command = ${ITEMS + 10} WHERE name = 'live'`,
  );
  await client.query('ANALYZE');
  await client.end();
}

/** Whether an answer went out while it was made: nobody knew how long it would be. */
const isStreamed = ({ headers }: IncomingMessage) => headers['transfer-encoding'] === 'chunked';

async function read(path: string, accept = 'application/json') {
  const request = get(`${service.url}${path}`, { headers: { authorization: `Bearer ${ADMIN_KEY}`, accept } });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let bytes = 0;
  for await (const chunk of response) bytes += chunk.length;
  return { status: response.statusCode, isStreamed: isStreamed(response), bytes };
}

/** Reads a list to its end: how many items it has, and how long its largest page is. */
async function readPages(path: string, accept: string) {
  let [items, largest] = [0, 0];
  let next: string | undefined = path;
  while (next !== undefined) {
    const response: Response = await fetch(`${service.url}${next}`, {
      headers: { authorization: `Bearer ${ADMIN_KEY}`, accept },
    });
    const text = await response.text();
    expect(response.status).toBe(200);
    largest = Math.max(largest, text.length);
    if (accept === 'text/csv') {
      items += text.split('\n').length - 2;
    } else {
      const page = JSON.parse(text);
      items += (page.items ?? page.sub_groups).length;
      expect(page.next_cursor === null).toBe(response.headers.get('link') === null);
    }
    next = /^<(.*)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
  }
  return { items, largest };
}
