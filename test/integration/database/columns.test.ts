import fc from 'fast-check';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import {
  boolColumn,
  float8Column,
  int8Column,
  textColumn,
  timestampColumn,
  uuidColumn,
} from '../../../src/database/columns.js';
import { forAllTests } from '../../support/for-tests.js';
import type {} from '../../support/postgres-server.js';

const client = forAllTests(
  async () => {
    const connected = new pg.Client({ connectionString: inject('postgresUrl') });
    await connected.connect();
    return connected;
  },
  (connected) => connected.end(),
);

/** What PostgreSQL understands of a column, as text. */
async function understood(type: string, column: Buffer): Promise<(string | null)[]> {
  const { rows } = await client.query(`SELECT value::text FROM unnest($1::${type}[]) AS value`, [column]);
  return rows.map(({ value }) => value);
}

const textOrNull = (value: unknown) => (value === null ? null : String(value));
const whole = fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.maxSafeInteger());
/** PostgreSQL has no NUL in texts. */
const text = fc.string({ unit: 'binary', maxLength: 200 }).map((value) => value.replaceAll('\0', ''));

async function check<Value>(values: fc.Arbitrary<Value>, run: (column: (Value | null)[]) => Promise<void>) {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(values), { maxLength: 30 }), async (column) => {
      await run(column);
    }),
    { numRuns: 100 },
  );
}

test('texts, short and long, of any characters', () =>
  check(text, async (values) => expect(await understood('text', textColumn(values))).toEqual(values)));

test('uuids in either case', () =>
  check(
    fc.oneof(
      fc.uuid(),
      fc.uuid().map((uuid) => uuid.toUpperCase()),
    ),
    async (values) =>
      expect(await understood('uuid', uuidColumn('x', values))).toEqual(
        values.map((uuid) => uuid?.toLowerCase() ?? null),
      ),
  ));

test('integers of 64 bits, as bigints and as numbers', () =>
  check(whole, async (values) =>
    expect(await understood('bigint', int8Column('x', values))).toEqual(values.map(textOrNull)),
  ));

test('numbers', () =>
  check(fc.double({ noNaN: true }), async (values) => {
    const numbers = (await understood('float8', float8Column(values))).map((value) => value && Number(value));
    expect(numbers).toEqual(values);
  }));

test('booleans', () =>
  check(fc.boolean(), async (values) =>
    expect(await understood('boolean', boolColumn(values))).toEqual(values.map(textOrNull)),
  ));

test('times to the millisecond, before and after 2000', () =>
  check(fc.date({ min: new Date('1972-01-01'), max: new Date('2261-12-31'), noInvalidDate: true }), async (values) => {
    const times = await client.query(
      'SELECT extract(epoch FROM value) * 1000 AS milliseconds FROM unnest($1::timestamptz[]) AS value',
      [
        timestampColumn(
          'x',
          values.map((value) => value?.getTime() ?? null),
        ),
      ],
    );
    expect(times.rows.map(({ milliseconds }) => milliseconds && Number(milliseconds))).toEqual(
      values.map((value) => value?.getTime() ?? null),
    );
  }));

const TOO_LARGE = [
  2n ** 63n,
  -(2n ** 63n) - 1n,
  2n ** 64n,
  2 ** 53,
  -(2 ** 53),
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
];
const NO_UUIDS = [
  '9ccdc218-2552-4e33-b023',
  '9ccdc218-2552-4e33-b023-1234567890gg',
  '9ccdc218-2552-4e33-b023-12345678901',
  '9ccdc218-2552-4e33-b023-1234567890123',
  '9ccdc218-2552-4e33-b023-1234567890é0',
  '',
];

test.each([
  ...TOO_LARGE.map((value) => [value, () => int8Column('received_ns', [1n, value])] as const),
  ...NO_UUIDS.map((value) => [value, () => uuidColumn('received_ns', [value])] as const),
  ...['2286-01-01', '2500-01-01', '+010000-01-01', '1700-01-01', 'no date'].map((value) => {
    const milliseconds = new Date(value).getTime();
    return [value, () => timestampColumn('received_ns', [milliseconds])] as const;
  }),
])('%s is not altered to fit: the column is named that can not hold it', (_value, write) => {
  expect(write).toThrow(RangeError);
  expect(write).toThrow(/the column received_ns can not hold/);
});
