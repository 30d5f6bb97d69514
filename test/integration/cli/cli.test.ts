import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildProgram } from '../../../src/cli/program.js';
import { printable, processTerminal } from '../../../src/cli/terminal.js';
import { ADMIN_KEY, apiServerForAllTests } from '../../support/api-server.js';
import { runCommand } from '../../support/cli.js';
import { folderForAllTests } from '../../support/for-tests.js';
import { PROGRAM } from '../../support/service-process.js';

const server = apiServerForAllTests();
const folder = folderForAllTests('snews-cli-');
beforeAll(async () => {
  // The user of the embedded PostgreSQL must be able to enter.
  await chmod(folder.path, 0o755);
});

const admin = () => ['--url', server.url, '--key', ADMIN_KEY];

describe('help', () => {
  const commands = allCommands(
    buildProgram({ terminal: processTerminal(), end: () => undefined, worksWith: () => undefined }),
  );

  test('is there for all commands', () => {
    expect(commands.map((names) => names.join(' '))).toEqual([
      '',
      'serve',
      'status',
      'doctor',
      'watch',
      'sub-groups',
      'export',
      'replay',
      'scenarios',
      'scenarios list',
      'scenarios run',
      'drill',
      'detectors',
      'detectors list',
      'detectors picture',
      'detectors add',
      'detectors change',
      'mute',
      'unmute',
      'reset',
      'keys',
      'keys create',
      'keys list',
      'keys revoke',
      'contacts',
      'contacts add',
      'contacts list',
      'contacts change',
      'contacts remove',
      'deliveries',
      'deliveries list',
      'deliveries resend',
      'dead-letters',
      'dead-letters list',
      'dead-letters show',
      'dead-letters retry',
      'audit-log',
      'shadow',
      'cache',
      'cache switch',
      'check',
      'import',
      'completion',
    ]);
  });

  test.each(commands.map((names) => [names.join(' '), names] as const))(
    'of "snews %s" has a description',
    async (_, names) => {
      const { exitCode, out, err } = await runCommand([...names, '--help']);
      expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
      expect(out).toMatch(/^Usage: snews.*\n\n\S/);
      expect(out).toMatch(/Examples?:\n {2}\$ /);
    },
  );

  // A server logs JSON anyway; what only holds others prints nothing.
  const printing = commands.filter(
    (names, i) =>
      names[0] !== undefined && names[0] !== 'serve' && commands[i + 1]?.[names.length - 1] !== names.at(-1),
  );
  test.each(printing.map((names) => [names.join(' '), names] as const))(
    'of "snews %s" offers JSON',
    async (_, names) => {
      expect((await runCommand([...names, '--help'])).out).toMatch(/^ {2}--json /m);
    },
  );

  test.each([
    ['sub-groups', 'tables'],
    ['audit-log', 'acts'],
    ['check', 'audit'],
    ['dead-letters retry', 'dead-letters replay'],
  ])('%s has the former name %s, which is not shown', async (name, former) => {
    const { exitCode, out } = await runCommand([...former.split(' '), '--help']);
    expect(exitCode).toBe(0);
    expect(out).toBe((await runCommand([...name.split(' '), '--help'])).out);
    const parent = name.split(' ').slice(0, -1);
    expect((await runCommand([...parent, '--help'])).out).not.toContain(`|${former.split(' ').at(-1)}`);
  });

  test('tells the exit codes', async () => {
    expect((await runCommand(['--help'])).out).toContain('Exit codes:');
  });
});

function allCommands(command: Command, names: readonly string[] = []): (readonly string[])[] {
  return [names, ...command.commands.flatMap((inner) => allCommands(inner, [...names, inner.name()]))];
}

describe('an error is one line that says what to do', () => {
  const reset = ['reset', 'test', '--reason', 'x', '--yes'];

  test.each([
    [
      'no server',
      () => ['sub-groups', '--url', 'http://127.0.0.1:9'],
      /No server answers at http:\/\/127\.0\.0\.1:9 .*--url/,
    ],
    ['no key', () => ['sub-groups', '--url', server.url], /requires a key: set SNEWS_KEY/],
    [
      'an unknown key',
      () => ['sub-groups', '--url', server.url, '--key', 'x'],
      /does not accept the key: set SNEWS_KEY/,
    ],
    ['a file that is not there', () => ['replay', '/nowhere', ...admin()], /\/nowhere: there is no such file/],
    [
      'no such scenario',
      () => ['scenarios', 'run', 'three', ...admin()],
      /"three" matches no scenario\. The scenarios are "simple/,
    ],
    ['no reset without a word', () => [...reset.slice(0, -1), ...admin()], /add --yes/],
    ['no such key', () => ['keys', 'revoke', 'abcdefgh', ...admin()], /404 Not Found/],
    [
      'no such detector',
      () => ['keys', 'create', '--name', 'x', '--role', 'detector', '--detector', 'Me', ...admin()],
      /Me/,
    ],
    ['no URL', () => ['sub-groups', '--url', 'localhost'], /must be a URL like/],
    ['an option of another command', () => ['check', '--watch'], /unknown option '--watch'/],
  ])('%s', async (_, args, text) => {
    const { exitCode, out, err } = await runCommand(args());
    expect(err).toMatch(text);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
  });

  test('a key that is not for this', async () => {
    const reader = await server.key({ name: 'reader', role: 'reader', detectors: [] });
    const { exitCode, err } = await runCommand([...reset, '--url', server.url, '--key', reader]);
    expect(err).toMatch(/^snews: The key does not permit this: set SNEWS_KEY/);
    expect(exitCode).toBe(2);
  });

  test('no database', async () => {
    const env = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/snews' };
    const { exitCode, err } = await runCommand(['check', '--cache', 'live'], { env });
    expect(err).toContain('The database does not answer (ECONNREFUSED)');
    expect(exitCode).toBe(2);
    const none = await runCommand(['check'], { env: { DATA_DIR: join(folder.path, 'none') } });
    expect(none.err).toContain('There is no database in');
    expect(none.exitCode).toBe(2);
    const wrong = await runCommand(['check'], { env: { DATABASE_URL: 'mysql://x' } });
    expect(wrong.err).toContain('DATABASE_URL: expected a URL like postgresql://');
    expect(wrong.exitCode).toBe(2);
  });

  test('where it comes from, with DEBUG only', async () => {
    const { err } = await runCommand(['sub-groups', '--url', server.url], { env: { DEBUG: '1' } });
    expect(err).toMatch(/\n {4}at /);
  });
});

describe('colours', () => {
  test('are for terminals, and for those who want them', async () => {
    const list = ['scenarios', 'list'];
    expect((await runCommand(list)).out).not.toContain('\u001b');
    expect((await runCommand(list, { typed: '' })).out).toContain('\u001b[1m');
    expect((await runCommand(list, { typed: '', env: { NO_COLOR: '1' } })).out).not.toContain('\u001b');
  });

  test('do not come from outside', () => {
    expect(printable('Super-K\u001b[31m \u202eLVD\n')).toBe('Super-K\\u001b[31m \\u202eLVD\\u000a');
  });
});

describe('the executable', () => {
  /** The service or a command, as a process of its own. */
  function snews(args: readonly string[], env: NodeJS.ProcessEnv) {
    const child = spawn(process.execPath, [...PROGRAM, ...args], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    const ended = once(child, 'close').then(([exitCode]) => ({ exitCode, out, err }));
    return { child, ended, out: () => out };
  }

  test('serves, takes its variables from the environment, and works on the embedded database beside it and after it', async () => {
    const DATA_DIR = join(folder.path, 'data');
    const service = snews(['serve'], { DATA_DIR, PORT: '0', ADMIN_API_KEY: ADMIN_KEY, LOG_LEVEL: 'info' });
    const announced = /SNEWS coincidence server: (http:\S+)/;
    while (!announced.test(service.out())) await Promise.race([once(service.child.stdout, 'data'), service.ended]);
    const [, SNEWS_URL = ''] = announced.exec(service.out()) ?? [];
    const scenarios = await snews(['scenarios', 'run'], { SNEWS_URL, SNEWS_KEY: ADMIN_KEY }).ended;
    expect(scenarios.out).toContain('7 of 7 scenarios gave the expected result.');
    const beside = await snews(['check'], { DATA_DIR }).ended;
    expect(beside.err).not.toContain('Starting');
    expect(beside).toMatchObject({ exitCode: 0 });
    service.child.kill('SIGTERM');
    expect(await service.ended).toMatchObject({ exitCode: 0 });
    const after = await snews(['check', '--cache', 'test'], { DATA_DIR }).ended;
    expect(after.err).toContain(`Starting the PostgreSQL of ${DATA_DIR}`);
    expect(after.out).toContain('test cache: consistent');
    expect(after.exitCode).toBe(0);
  });

  test('ends without an error when its output is closed', async () => {
    const { child, ended } = snews(['scenarios', 'list'], {});
    child.stdout.destroy();
    expect(await ended).toMatchObject({ exitCode: 0, err: '' });
  });
});
