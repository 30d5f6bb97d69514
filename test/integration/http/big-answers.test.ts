import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { burdenedServiceForAllTests } from '../../support/burden.js';
import { databaseForAllTests } from '../../support/database.js';
import { ADMIN_KEY } from '../../support/service-process.js';

/** Sub-groups of the live cache; every hundredth has two rows. */
const SUB_GROUPS = Number(process.env['BIG_ANSWER_SUB_GROUPS'] ?? 20_000);

const database = databaseForAllTests();
const { service, burdenOf } = burdenedServiceForAllTests(database);

beforeAll(async () => {
  await fill(database.url);
  // The first requests compile what the others use.
  for (let n = 0; n < 3; n++) await read('/v1/coincidences?min_rows=2');
});

describe('an answer of all sub-groups', () => {
  it.each([
    ['application/json', /^\{"cache":"live"/, /\}\]\}$/],
    ['text/csv', /^number,event_id/, /\n$/],
  ])('as %s is whole, and neither holds up the others nor is ever held as a whole', async (accept, begin, end) => {
    const burden = await burdenOf(async () => {
      const answer = await read('/v1/coincidences', { accept });
      expect([answer.status, answer.isStreamed, answer.tables]).toEqual([
        200,
        true,
        SUB_GROUPS + (accept === 'text/csv' ? SUB_GROUPS / 100 : 0),
      ]);
      expect(answer.head).toMatch(begin);
      expect(answer.tail).toMatch(end);
    });
    expect(burden).toMatchObject({ isLight: true });
  });

  it('is of one moment, and goes on to its end whatever is posted meanwhile', async () => {
    const answer = request('/v1/coincidences');
    const [response] = (await once(answer, 'response')) as [IncomingMessage];
    await change('UPDATE cache SET version = version + 1; DELETE FROM sub_group WHERE number >= 1000');
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
    const { version, sub_groups } = JSON.parse(text);
    expect(response.headers.etag).toBe(`"live-${version}-application/json"`);
    expect(sub_groups.map(({ number }: { number: number }) => number)).toEqual(
      Array.from({ length: SUB_GROUPS }, (_, number) => number),
    );
    expect((await read('/v1/coincidences')).tables).toBe(1_000);
  });
});

describe('pages of sub-groups', () => {
  it('follow one another, each of the moment that it says', async () => {
    const numbers: number[] = [];
    let path: string | undefined = '/v1/coincidences?limit=300';
    while (path !== undefined) {
      const response: Response = await fetch(`${service.url}${path}`, {
        headers: { authorization: `Bearer ${ADMIN_KEY}` },
      });
      const page = (await response.json()) as { sub_groups: { number: number }[]; next_cursor: string | null };
      numbers.push(...page.sub_groups.map(({ number }) => number));
      path = /^<(.*)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
      expect(path === undefined).toBe(page.next_cursor === null);
    }
    expect(numbers).toEqual(Array.from({ length: 1_000 }, (_, number) => number));
    expect((await read('/v1/coincidences?limit=0')).status).toBe(400);
    expect((await read('/v1/coincidences?limit=10&cursor=x')).status).toBe(400);
  });

  it('leave out single observations with min_rows, with an ETag of their own', async () => {
    const all = await read('/v1/coincidences?limit=1000');
    const few = await read('/v1/coincidences?min_rows=2');
    expect([all.tables, few.tables, (await read('/v1/coincidences?min_rows=3')).tables]).toEqual([1_000, 10, 0]);
    expect(few.etag).not.toBe(all.etag);
    expect((await read('/v1/coincidences?min_rows=2', { 'if-none-match': String(few.etag) })).status).toBe(304);
  });
});

async function fill(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `INSERT INTO observation (uuid, cache, command, id, detector_name, neutrino_time, neutrino_ns, received_ns, expires_ns,
      state, p_val, is_pre_sn, meta)
    SELECT gen_random_uuid(), 'live', n, 'Super-K_CoincidenceTier_None', 'Super-K', '2030-01-01T12:34:45.678999123Z',
      1893501285678999123 + n * 60000000000, 1893501285678999123 + n * 60000000000, 9e18::bigint, 'active', 0.5, false,
      jsonb_build_object('run', n, 'note', repeat('x', 50))
    FROM generate_series(1, $1::int) AS n`,
    [SUB_GROUPS + 1],
  );
  await client.query(
    `INSERT INTO sub_group (cache, number, anchor_command, anchor_ns, rows, deltas, coincides, created_at, updated_at)
    SELECT 'live', n - 1, n, 1893501285678999123 + n * 60000000000,
      CASE WHEN n % 100 = 0 THEN ARRAY[n, n + 1] ELSE ARRAY[n] END,
      CASE WHEN n % 100 = 0 THEN ARRAY[0, 1000000000] ELSE ARRAY[0] END, n % 100 = 0, now(), now()
    FROM generate_series(1, $1::int) AS n`,
    [SUB_GROUPS],
  );
  await client.query('ANALYZE');
  await client.end();
}

async function change(statements: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(statements);
  await client.end();
}

function request(path: string, headers: Record<string, string> = {}) {
  return get(`${service.url}${path}`, { headers: { authorization: `Bearer ${ADMIN_KEY}`, ...headers } });
}

/** Reads an answer without keeping it; `tables` counts JSON's tables, or the lines of CSV after the first. */
async function read(path: string, headers: Record<string, string> = {}) {
  const [response] = (await once(request(path, headers), 'response')) as [IncomingMessage];
  const mark = headers['accept'] === 'text/csv' ? /\n/g : /\{"number":/g;
  let [tables, head, tail] = [0, '', ''];
  for await (const chunk of response.setEncoding('utf8')) {
    // A mark may be cut in two.
    const text = `${tail.slice(-9)}${chunk}`;
    tables += (text.match(mark)?.length ?? 0) - (tail.slice(-9).match(mark)?.length ?? 0);
    if (head === '') head = chunk.slice(0, 100);
    tail = text.slice(-100);
  }
  if (headers['accept'] === 'text/csv') tables--;
  // It goes out while it is made: nobody knows how long it will be.
  const isStreamed = response.headers['transfer-encoding'] === 'chunked';
  return { status: response.statusCode, isStreamed, etag: response.headers.etag, tables, head, tail };
}
