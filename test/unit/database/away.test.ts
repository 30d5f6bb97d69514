import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import pg from 'pg';
import { expect, test } from 'vitest';
import { asDatabaseAway, isClosedToUs, isDatabaseAway, isOutdatedSession } from '../../../src/database/away.js';
import { DatabaseAway } from '../../../src/domain/database-away.js';

const ofPostgres = (code: string, more: object = {}) =>
  Object.assign(new pg.DatabaseError('a message in any language', 1, 'error'), { code, severity: 'ERROR', ...more });
const ofNode = (code: string, syscall?: string) =>
  Object.assign(new Error(`${syscall} ${code}`), { code, ...(syscall === undefined ? {} : { syscall, errno: -1 }) });
/** As Prisma wraps what a driver said. */
const ofPrisma = (code: string, cause: object) =>
  Object.assign(new Error('Invalid invocation'), { code, meta: { driverAdapterError: { cause } } });

test.each([
  ...['08006', '08P01', '25006', '25P03', '28P01', '28000', '3D000', '3F000', '40001', '42501', '42P01', '42703'].map(
    (code) => ofPostgres(code),
  ),
  ...[
    '53100',
    '53200',
    '53300',
    '55000',
    '55006',
    '55P03',
    '57014',
    '57P01',
    '57P03',
    '58030',
    '58P01',
    'XX000',
    'XX001',
    'XX002',
  ].map((code) => ofPostgres(code)),
  ofPostgres('0A000', { routine: 'RevalidateCachedQuery' }),
  ofPostgres('26000'),
  ...['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EMFILE', 'ENFILE', 'EACCES', 'ENOENT'].map((code) =>
    ofNode(code, 'connect'),
  ),
  ...['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EIO'].map((code) => ofNode(code, 'read')),
  ...['ENOTFOUND', 'EAI_AGAIN'].map((code) => ofNode(code, 'getaddrinfo')),
  ...[
    'CERT_HAS_EXPIRED',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
  ].map((code) => ofNode(code)),
  new Error('Connection terminated unexpectedly'),
  new Error('Query read timeout'),
  new Error('timeout exceeded when trying to connect'),
  new Error('The server does not support SSL connections'),
  new AggregateError([ofNode('ECONNREFUSED', 'connect'), ofNode('EHOSTUNREACH', 'connect')]),
  new Error('what somebody made of it', { cause: ofNode('EHOSTUNREACH', 'connect') }),
  ofPrisma('P1001', {}),
  ofPrisma('P2010', { kind: 'postgres', originalCode: '25006' }),
  ofPrisma('P2010', { kind: 'DatabaseNotReachable' }),
  new DatabaseAway('the database is away'),
])("%s is the database's matter", (error) => {
  expect(isDatabaseAway(error)).toBe(true);
  expect(asDatabaseAway(error)).toBeInstanceOf(DatabaseAway);
});

test.each([
  ...['22003', '22021', '22P02', '23502', '23505', '42601', '42804', '54001', 'P0001'].map((code) => ofPostgres(code)),
  ...['EACCES', 'ENOENT'].map((code) => ofNode(code, 'open')),
  ofPrisma('P2002', { kind: 'UniqueConstraintViolation', originalCode: '23505' }),
  ofPrisma('P2025', {}),
  new TypeError('x is not a function'),
  new RangeError('not a uuid'),
  'a text',
  null,
])("%s is the statement's own matter, or somebody else's", (error) => {
  expect(isDatabaseAway(error)).toBe(false);
  expect(asDatabaseAway(error)).toBe(error);
});

test('what Node itself says of a port without a server, and of a server without TLS', async () => {
  const refused = await new Promise((resolve) => connect(1, '127.0.0.1').on('error', resolve));
  expect(isDatabaseAway(refused)).toBe(true);
  const noTls = await new Promise((resolve) => connectTls(1, '127.0.0.1').on('error', resolve));
  expect(isDatabaseAway(noTls)).toBe(true);
});

test('a refused login is told at once, a restart is waited for', () => {
  expect(['28P01', '28000', '3D000'].map((code) => isClosedToUs(ofPostgres(code)))).toEqual([true, true, true]);
  expect(isClosedToUs(ofNode('CERT_HAS_EXPIRED'))).toBe(true);
  expect(['57P03', '25006', '53300'].map((code) => isClosedToUs(ofPostgres(code)))).toEqual([false, false, false]);
});

test('only what another connection does better is tried again at once', () => {
  expect(isOutdatedSession(ofPostgres('0A000', { routine: 'RevalidateCachedQuery' }))).toBe(true);
  expect(isOutdatedSession(ofPostgres('26000'))).toBe(true);
  expect(isOutdatedSession(ofPostgres('0A000', { routine: 'transformLockingClause' }))).toBe(false);
});
