import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { examine } from '../../../src/cli/doctor/examine.js';
import type { Finding } from '../../../src/cli/doctor/finding.js';
import { checkNode } from '../../../src/cli/doctor/machine.js';
import { apiServerForAllTests } from '../../support/api-server.js';
import { startCarelessPostgres } from '../../support/careless-postgres.js';
import { jsonLines, runCommand } from '../../support/cli.js';
import { folderForAllTests } from '../../support/for-tests.js';
import { type MailServer, startMailServer } from '../../support/mail-server.js';
import { SLACK, type SlackServer, startSlackServer } from '../../support/slack-server.js';
import { startTokenServer, type TokenServer } from '../../support/token-server.js';

const PASSWORD = 'smtp-secret/of the+tests';
const GCN_SECRET = 'gcn-secret-of-the-tests';

const server = apiServerForAllTests();
let mail: MailServer;
let slack: SlackServer;
let tokens: TokenServer;
const folder = folderForAllTests('snews-doctor-');
/** A port that nothing listens on. */
let closed: number;

beforeAll(async () => {
  [mail, slack, tokens] = await Promise.all([
    startMailServer({ username: 'snews', password: PASSWORD }),
    startSlackServer(),
    startTokenServer('snews', GCN_SECRET),
  ]);
  await writeFile(join(folder.path, 'file'), '');
  closed = await freePort();
});
afterAll(async () => {
  await Promise.all([mail.stop(), slack.stop(), tokens.stop()]);
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

type Environment = Record<string, string>;

/** A set-up in which all is right. */
const sound = (): Environment => ({
  DATABASE_URL: server.databaseUrl,
  SNEWS_URL: server.url,
  SMTP_URL: mail.url,
  MAIL_FROM: 'alerts@example.org',
  SLACK_TOKEN: SLACK.token,
  SLACK_CHANNEL: SLACK.channel,
  SLACK_API_URL: slack.url,
});

async function findings(environment: Environment, now: () => number = Date.now): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const finding of examine({ environment, now })) found.push(finding);
  return found;
}

const errorsOf = (found: readonly Finding[]) => found.filter(({ level }) => level === 'error');

function withPassword(url: string, password: string): string {
  const changed = new URL(url);
  changed.password = password;
  return changed.href;
}

test('a sound configuration has no error', async () => {
  const { out, exitCode } = await runCommand(['doctor'], { env: sound() });
  expect(out).toMatch(/0 errors, 0 warnings\.\n$/);
  expect(out).toMatch(/^ok {7}database {8}PostgreSQL \d+/m);
  expect(out).toContain(`snews`);
  expect(exitCode).toBe(0);
  expect(mail.mails).toEqual([]);
  expect(slack.messages).toEqual([]);
});

describe('each broken set-up is named, and nothing else in it', () => {
  const broken: [name: string, change: () => Environment, area: string, what: RegExp, advice: RegExp][] = [
    [
      'a wrong value',
      () => ({ COINCIDENCE_THRESHOLD: 'ten' }),
      'configuration',
      /^COINCIDENCE_THRESHOLD: expected seconds.* got "ten"$/,
      /README/,
    ],
    [
      'half a configuration',
      () => ({ MAIL_FROM: '' }),
      'configuration',
      /^MAIL_FROM: expected the sender's address, because SMTP_URL is set/,
      /README/,
    ],
    [
      'PostgreSQL is down',
      () => ({ DATABASE_URL: `postgresql://snews:down-secret@127.0.0.1:${closed}/snews` }),
      'database',
      /127\.0\.0\.1:\d+ cannot be used: .*ECONNREFUSED/,
      /start it/,
    ],
    [
      'a wrong password of PostgreSQL',
      () => ({ DATABASE_URL: withPassword(server.databaseUrl, 'wrong-secret') }),
      'database',
      /rejects the login \(password authentication failed/,
      /DATABASE_URL/,
    ],
    [
      'no such database',
      () => ({ DATABASE_URL: server.databaseUrl.replace(/\/test_\w+/, '/nowhere') }),
      'database',
      /database "nowhere" does not exist/,
      /createdb/,
    ],
    [
      'caches that run another engine',
      () => ({ COINCIDENCE_THRESHOLD: '7' }),
      'database',
      /the firedrill cache uses complete with 10 s, but complete with 7 s is configured/,
      /COINCIDENCE_THRESHOLD=10/,
    ],
    [
      'SMTP refuses the login',
      () => ({ SMTP_URL: mail.url.replace(/:[^:@]*@/, ':wrong-secret@') }),
      'mail',
      /the server rejects the login/,
      /SMTP_URL/,
    ],
    [
      'SMTP is down',
      () => ({ SMTP_URL: `smtp://127.0.0.1:${closed}` }),
      'mail',
      /e-mail through 127\.0\.0\.1:\d+ fails: the server does not answer/,
      /SMTP_URL/,
    ],
    [
      'Slack does not know the token',
      () => ({ SLACK_TOKEN: 'xoxb-wrong-secret' }),
      'slack',
      /invalid_auth: Slack rejects the token/,
      /SLACK_TOKEN/,
    ],
    [
      'Slack does not know the channel',
      () => ({ SLACK_CHANNEL: 'C00000000' }),
      'slack',
      /channel_not_found: there is no such channel/,
      /SLACK_CHANNEL/,
    ],
    [
      'GCN refuses the credentials',
      () => ({ GCN_CLIENT_ID: 'snews', GCN_CLIENT_SECRET: 'wrong-secret', GCN_TOKEN_URL: tokens.url.href }),
      'gcn',
      /GCN gives no token \(401/,
      /GCN_CLIENT_SECRET/,
    ],
    [
      'the data directory can not be written to',
      () => ({ DATABASE_URL: '', DATA_DIR: join(folder.path, 'file', 'data') }),
      'data directory',
      /file\/data cannot be written to \(ENOTDIR/,
      /DATA_DIR/,
    ],
    [
      'what answers is no server of ours',
      () => ({ SNEWS_URL: slack.url.replace('/api/', '') }),
      'service',
      /is not that of a SNEWS server \(404\)/,
      /SNEWS_URL/,
    ],
  ];

  test.each(broken)('%s', async (_, change, area, what, advice) => {
    const environment = { ...sound(), ...change() };
    const found = await findings(environment);
    const errors = errorsOf(found);
    expect(new Set(errors.map((error) => error.area))).toEqual(new Set([area]));
    expect(errors[0]?.what).toMatch(what);
    expect(errors[0]?.advice).toMatch(advice);
    const told = JSON.stringify(found);
    for (const secret of [
      'wrong-secret',
      'down-secret',
      SLACK.token,
      PASSWORD,
      encodeURIComponent(PASSWORD),
      GCN_SECRET,
    ]) {
      expect(told).not.toContain(secret);
    }
    const { out, exitCode } = await runCommand(['doctor', '--json'], { env: environment });
    expect(jsonLines(out)[0]).toMatchObject({ faults: errors.length });
    expect(jsonLines(out)[0].findings.map(({ level }: { level: string }) => level)).toContain('fault');
    expect(exitCode).toBe(1);
  });

  test('a password of commands over Kafka that is soon guessed', async () => {
    const kafka = { KAFKA_BROKERS: `127.0.0.1:${closed}` };
    const warnings = async (password: string) =>
      (await findings({ ...sound(), ...kafka, ADMIN_PASSWORD: password })).filter(({ level }) => level === 'warning');
    expect(await warnings('fifteen-letters')).toMatchObject([
      {
        area: 'configuration',
        what: expect.stringMatching(/^ADMIN_PASSWORD has fewer than 16 characters/),
        advice: expect.stringContaining('openssl rand'),
      },
    ]);
    expect(await warnings('sixteen--letters')).toEqual([]);
  });

  test('PostgreSQL with fsync off', async () => {
    const careless = await startCarelessPostgres(await freePort());
    try {
      const set = { ...sound(), DATABASE_URL: careless.url };
      expect(errorsOf(await findings(set))).toMatchObject([
        {
          area: 'database',
          what: expect.stringContaining('has fsync off: what is acknowledged could be lost in a power cut'),
          advice: expect.stringContaining('postgresql.conf'),
        },
      ]);
      const allowed = await findings({ ...set, ALLOW_UNSAFE_DATABASE: 'true' });
      expect(allowed.filter(({ level }) => level !== 'ok')).toMatchObject([{ area: 'database', level: 'warning' }]);
    } finally {
      await careless.stop();
    }
  });

  test('a database that says that commits are not waited for is none: the server waits', async () => {
    const name = new URL(server.databaseUrl).pathname.slice(1);
    await server.query(`ALTER DATABASE ${name} SET synchronous_commit = off`);
    expect((await findings(sound())).filter(({ level }) => level !== 'ok')).toEqual([]);
    await server.query(`ALTER DATABASE ${name} RESET synchronous_commit`);
  });

  test.each([
    [-30_000, 'error', /ahead of/],
    [30_000, 'error', /behind/],
    [2_000, 'warning', /behind/],
  ])('a clock that is %d ms wrong', async (wrong, level, what) => {
    const found = await findings(sound(), () => Date.now() + wrong);
    expect(found.filter((finding) => finding.level !== 'ok')).toMatchObject([
      { area: 'database', level, what: expect.stringMatching(what), advice: expect.stringContaining('NTP') },
    ]);
  });

  test('migrations that are missing, failed, or of another version', async () => {
    const client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
    const [last] = (await client.query('SELECT * FROM _prisma_migrations ORDER BY migration_name DESC LIMIT 1')).rows;
    const set = (fields: string) => client.query(`UPDATE _prisma_migrations SET ${fields} WHERE id = $1`, [last.id]);
    const problem = async () => (await findings(sound())).find(({ level }) => level !== 'ok');
    await set(`finished_at = NULL`);
    expect(await problem()).toMatchObject({ level: 'error', what: expect.stringContaining(last.migration_name) });
    await set(`finished_at = now(), migration_name = '29990101000000_future'`);
    expect(await problem()).toMatchObject({ level: 'warning', what: expect.stringContaining('29990101000000_future') });
    await client.query('DELETE FROM _prisma_migrations WHERE id = $1', [last.id]);
    expect(await problem()).toMatchObject({ level: 'warning', what: expect.stringContaining('1 migrations are not') });
    await client.query(
      'INSERT INTO _prisma_migrations SELECT * FROM json_populate_record(NULL::_prisma_migrations, $1)',
      [JSON.stringify(last)],
    );
    await client.end();
    expect(await problem()).toBeUndefined();
  });

  test('an empty database is no error', async () => {
    const found = await findings({ ...sound(), DATABASE_URL: inject('postgresUrl') });
    expect(errorsOf(found)).toEqual([]);
    expect(found.map(({ what }) => what)).toContain(
      'the database is empty: the server creates its tables when it starts',
    );
  });

  test('Node.js that is too old', () => {
    expect(checkNode('18.20.0')).toMatchObject({ level: 'error', advice: expect.stringContaining('20.19') });
    expect(['20.19.0', '22.12.0', '24.0.0', '26.1.0'].map((version) => checkNode(version).level)).toEqual(
      Array(4).fill('ok'),
    );
    expect(['20.18.3', '22.11.0', '23.0.0'].map((version) => checkNode(version).level)).toEqual(Array(3).fill('error'));
  });
});
