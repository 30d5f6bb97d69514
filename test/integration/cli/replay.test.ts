import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { ADMIN_KEY, apiServerForAllTests } from '../../support/api-server.js';
import { jsonLines, runCommand, startCommand } from '../../support/cli.js';
import { folderForAllTests } from '../../support/for-tests.js';

const server = apiServerForAllTests();
const folder = folderForAllTests('snews-cli-');

const admin = () => ['--url', server.url, '--key', ADMIN_KEY];

async function resetTestCache(): Promise<void> {
  expect((await runCommand(['reset', 'test', '--reason', 'the next test', '--yes', ...admin()])).exitCode).toBe(0);
}

async function fileOf(lines: readonly object[]): Promise<string> {
  const path = join(folder.path, 'messages.jsonl');
  await writeFile(path, lines.map((line) => JSON.stringify(line)).join('\n'));
  return path;
}

describe('replay', () => {
  beforeEach(resetTestCache);

  const first = {
    op: 'observe',
    id: 'a',
    detector_name: 'Super-K',
    neutrino_time_utc: '2030-01-01T12:00:00Z',
    p_val: 0.1,
  };
  const second = { ...first, id: 'b', detector_name: 'JUNO', neutrino_time_utc: '2030-01-01T12:00:02Z' };

  test('prints the alerts as they come, and rejected messages with their lines', async () => {
    const nobody = { ...second, detector_name: 'Nobody' };
    const file = await fileOf([first, nobody, second, { op: 'retract_id', detector_name: 'JUNO', id: 'b' }]);
    const { exitCode, out, err } = await runCommand(['replay', file, '--cache', 'test', ...admin()]);
    const lines = out.trim().split('\n');
    expect(lines.filter((line) => line.startsWith('test alert'))).toEqual([
      expect.stringMatching(/· COINC_MSG · sub-group 0 · TEST-20300101-\d+ · Super-K .*, JUNO /),
      expect.stringMatching(/· RETRACTION · sub-group 0 · .* · Super-K /),
    ]);
    expect(lines).toContainEqual(expect.stringMatching(/^line 2: rejected: 422 Unprocessable Entity: .*Nobody/));
    expect(err).toContain('Of 4 entries: 3 messages accepted, 1 rejected, 2 alerts');
    expect(exitCode).toBe(1);
  });

  test('can be repeated: every message gets a fresh uuid', async () => {
    const file = await fileOf([{ ...first, uuid: '9ccdc218-2552-4e33-b023-04308a21bd20' }]);
    const args = ['replay', file, '--cache', 'test', '--json', ...admin()];
    for (const _ of [1, 2]) expect((await runCommand(args)).exitCode).toBe(0);
    const { out } = await runCommand(['sub-groups', '--cache', 'test', '--json', ...admin()]);
    expect(jsonLines(out)[0].sub_groups[0].rows[0].uuid).not.toBe('9ccdc218-2552-4e33-b023-04308a21bd20');
    const [{ stored }] = (await server.query("SELECT count(*)::int AS stored FROM observation WHERE id = 'a'")) as [
      { stored: number },
    ];
    expect(stored).toBeGreaterThanOrEqual(2);
  });

  test('moves times to just before now', async () => {
    const file = await fileOf([first, second]);
    const { exitCode, out } = await runCommand([
      'replay',
      file,
      '--cache',
      'firedrill',
      '--shift',
      '--json',
      ...admin(),
    ]);
    const [{ alert }, { summary }] = jsonLines(out);
    const [earlier, later] = alert.neutrino_times.map((time: string) => Date.parse(time));
    expect(later - earlier).toBe(2_000);
    expect(Date.now() - later).toBeLessThan(30_000);
    expect(alert.cache).toBe('firedrill');
    expect(summary).toMatchObject({ entries: 2, sent: 2, refused: 0, alerts: 1, interrupted: false });
    expect(exitCode).toBe(0);
  });

  test('keeps the real gaps, divided', async () => {
    await runCommand(['replay', await fileOf([first, second]), '--cache', 'test', '--speed', '4', ...admin()]);
    const { out } = await runCommand(['sub-groups', '--cache', 'test', '--json', ...admin()]);
    const rows: { received_time_utc: string }[] = jsonLines(out)[0].sub_groups[0].rows;
    const [earlier = 0, later = 0] = rows.map((row) => Date.parse(row.received_time_utc));
    // 2 s of neutrino time; the first message may take a while.
    expect(later - earlier).toBeGreaterThan(250);
  });

  test('leaves messages in the cache that their flags name', async () => {
    const [tests, drills] = [
      { ...first, is_test: true },
      { ...second, neutrino_time_utc: new Date().toISOString(), meta: { is_firedrill: 'True' } },
    ];
    const { exitCode, err } = await runCommand(['replay', await fileOf([tests, drills]), ...admin()]);
    expect(err).toContain('cache test, firedrill.');
    expect(exitCode).toBe(0);
    const { out } = await runCommand(['sub-groups', '--json', ...admin()]);
    expect(jsonLines(out)[0]).toMatchObject({ cache: 'live', sub_groups: [] });
  });

  test('ends gracefully with Ctrl-C', async () => {
    const late = { ...second, neutrino_time_utc: '2030-01-01T13:00:00Z' };
    const file = await fileOf([first, second, late]);
    const run = startCommand(['replay', file, '--cache', 'test', '--speed', '1', ...admin()]);
    await run.outHas('COINC_MSG');
    run.interrupt();
    expect(await run.exitCode).toBe(130);
    expect(run.err()).toContain('Interrupted. Of 3 entries: 2 messages accepted, 0 rejected, 1 alerts');
  });

  test('resets only a cache that was named', async () => {
    const file = await fileOf([first, { op: 'reset' }]);
    const { exitCode, err } = await runCommand(['replay', file, ...admin()]);
    expect(err).toContain('name its cache with --cache. Nothing was sent.');
    expect(exitCode).toBe(2);
    expect((await runCommand(['replay', file, '--cache', 'test', ...admin()])).exitCode).toBe(0);
    const { out } = await runCommand(['sub-groups', '--cache', 'test', '--json', ...admin()]);
    expect(jsonLines(out)[0].sub_groups).toEqual([]);
  });

  test('sends nothing of a file that cannot be read to its end', async () => {
    const path = join(folder.path, 'broken.jsonl');
    await writeFile(path, `${JSON.stringify(first)}\n{"op":`);
    const { exitCode, err } = await runCommand(['replay', path, '--cache', 'test', ...admin()]);
    expect(err).toMatch(/broken\.jsonl, line 2: not JSON .* Nothing was sent\./);
    expect(exitCode).toBe(2);
  });
});

describe('sub-groups', () => {
  beforeEach(resetTestCache);

  test('are printed, without colours and control characters from outside', async () => {
    await server.call('POST', '/v1/observations', {
      detector_name: 'LVD',
      neutrino_time_utc: '2030-01-01T12:00:00Z',
      is_test: true,
    });
    const { exitCode, out } = await runCommand(['sub-groups', '--cache', 'test', ...admin()]);
    expect(out).toMatch(/^test cache · engine complete · version \d+ · 1 sub-group · as of /);
    expect(out).toMatch(/│ LVD +│ 2030-01-01T12:00:00\.000000000Z │ \+0\.000000000 │/);
    expect(out).not.toContain('\u001b');
    expect(exitCode).toBe(0);
  });

  test('are printed again when they change', async () => {
    const run = startCommand(['sub-groups', '--cache', 'test', '--watch', ...admin()]);
    await run.outHas('no sub-groups');
    await server.call('POST', '/v1/observations', {
      detector_name: 'LVD',
      neutrino_time_utc: '2030-01-01T12:00:00Z',
      is_test: true,
    });
    await run.outHas('│ LVD');
    // It looks every second; what it has seen it doesn't print again.
    const looks = () => server.logged().split('/v1/coincidences').length;
    const before = looks();
    await expect.poll(looks, { timeout: 60_000 }).toBeGreaterThan(before + 1);
    run.interrupt();
    expect(await run.exitCode).toBe(0);
    expect(run.out().match(/test cache · engine/g)).toHaveLength(2);
  });
});
