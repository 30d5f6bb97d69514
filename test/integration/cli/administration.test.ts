import { describe, expect, test } from 'vitest';
import { ADMIN_KEY, apiServerForAllTests } from '../../support/api-server.js';
import { jsonLines, runCommand } from '../../support/cli.js';

const server = apiServerForAllTests();

const admin = () => ['--url', server.url, '--key', ADMIN_KEY];
/** For commands on the database. */
const database = () => ({ env: { DATABASE_URL: server.databaseUrl } });

describe('keys', () => {
  test('are made, listed and revoked', async () => {
    const made = await runCommand([
      'keys',
      'create',
      '--name',
      'shift',
      '--role',
      'detector',
      '--detector',
      'LZ',
      ...admin(),
    ]);
    const key = made.out.trim();
    expect(key).toMatch(/^snews_[0-9a-z]{8}_[\w-]{43}$/);
    const id = key.split('_')[1] ?? '';
    expect((await runCommand(['keys', 'list', ...admin()])).out).toContain(id);
    expect((await runCommand(['sub-groups', '--url', server.url, '--key', key])).exitCode).toBe(0);
    const revoked = await runCommand(['keys', 'revoke', id, ...admin()]);
    expect(revoked.out).toContain(`The detector key ${id} (shift) was revoked at `);
    expect((await runCommand(['keys', 'list', ...admin()])).out).not.toContain(id);
    const all = jsonLines((await runCommand(['keys', 'list', '--all', '--json', ...admin()])).out)[0];
    expect(all).toContainEqual(expect.objectContaining({ id, name: 'shift', detectors: ['LZ'] }));
  });
});

describe('contacts', () => {
  test('are added, listed, changed and removed', async () => {
    const shift = ['--name', 'shift', '--email', 'shift@example.org', '--detector', 'LZ'];
    const added = await runCommand(['contacts', 'add', ...shift, '--alerts', ...admin()]);
    expect(added.out).toMatch(/^Added contact \d+ of LZ: shift <shift@example\.org>\.\n$/);
    const id = added.out.match(/\d+/)?.[0] ?? '';
    const list = await runCommand(['contacts', 'list', '--detector', 'LZ', ...admin()]);
    expect(list.out).toMatch(new RegExp(`│ ${id} +│ LZ +│ shift │ shift@example\\.org │ yes +│ yes +│`));
    const twice = await runCommand(['contacts', 'add', ...shift, ...admin()]);
    expect([twice.exitCode, twice.err]).toEqual([2, expect.stringContaining('409')]);
    await runCommand(['contacts', 'change', id, '--no-alerts', '--no-warnings', ...admin()]);
    const changed = jsonLines((await runCommand(['contacts', 'list', '--json', ...admin()])).out)[0];
    expect(changed).toEqual([expect.objectContaining({ wants_alerts: false, wants_warnings: false, name: 'shift' })]);
    const removed = await runCommand(['contacts', 'remove', id, ...admin()]);
    expect(removed.out).toBe(`Removed contact ${id} of LZ: shift <shift@example.org>.\n`);
    expect((await runCommand(['contacts', 'list', ...admin()])).out).toBe('There are no contacts.\n');
  });
});

describe('detectors', () => {
  test('are added and changed', async () => {
    const about = ['--full-name', 'Theia-25', '--type', 'hybrid', '--site', 'Lead, USA', '--latitude', '44.35'];
    const where = ['--longitude', '-103.75', '--id', '900'];
    const added = await runCommand(['detectors', 'add', 'Theia', ...about, ...where, ...admin()]);
    expect(added.out).toBe(
      'Added detector Theia: id 900, Theia-25, hybrid, Lead, USA (latitude 44.35°, longitude -103.75°).\n',
    );
    const changed = await runCommand(['detectors', 'change', 'Theia', '--latitude', '-44.5', '--json', ...admin()]);
    expect(jsonLines(changed.out)[0]).toMatchObject({ name: 'Theia', id: 900, latitude: -44.5, longitude: -103.75 });
    const nothing = await runCommand(['detectors', 'change', 'Theia', ...admin()]);
    expect(nothing.exitCode).not.toBe(0);
  });
});

describe('a reset asks to be confirmed', () => {
  test('by the name of the cache, typed', async () => {
    const args = ['reset', 'test', '--reason', 'typed', ...admin()];
    const no = await runCommand(args, { typed: 'yes' });
    expect(no.err).toContain('"yes" is not "test": nothing was reset.');
    expect(no.exitCode).toBe(2);
    const yes = await runCommand(args, { typed: 'test' });
    expect(yes.out).toMatch(/The test cache is empty/);
    expect(yes.exitCode).toBe(0);
  });
});

describe('a reset is undone', () => {
  test('the last one of a cache, or one by its id, after it was confirmed', async () => {
    const now = new Date().toISOString();
    const observation = { detector_name: 'LZ', neutrino_time_utc: now, is_test: true };
    await runCommand(['reset', 'test', '--reason', 'before', '--yes', ...admin()]);
    expect((await server.call('POST', '/v1/observations', observation)).status).toBe(201);
    const { out } = await runCommand(['reset', 'test', '--reason', 'by mistake', '--yes', ...admin()]);
    const [, id = ''] = /snews reset --undo ([0-9a-f-]{36})/.exec(out) ?? [];
    const no = await runCommand(['reset', 'test', '--undo', ...admin()], { typed: 'test' });
    expect(no.err).toContain('“by mistake”, which removed 1 observations');
    expect(no.err).toContain('"test" is not "undo": nothing was undone.');
    const yes = await runCommand(['reset', 'test', '--undo', ...admin()], { typed: 'undo' });
    expect(yes.out).toBe(
      '1 of the 1 observations that the reset removed are restored in the test cache; alerts raised: 0.\n',
    );
    const again = await runCommand(['reset', '--undo', id, '--yes', '--json', ...admin()]);
    expect(jsonLines(again.out)[0]).toMatchObject({ id, cache: 'test', undo: { restored: 1 } });
    expect((await runCommand(['check', '--cache', 'test'], database())).exitCode).toBe(0);
  });

  test.each([
    ['an unknown one', ['--undo', '9ccdc218-2552-4e33-b023-04308a21bd20', '--yes'], 'there is no reset'],
    ['with a reason', ['--undo', '--reason', 'x', '--yes'], 'applies to a reset, not to --undo'],
    ['no cache', ['--reason', 'x', '--yes'], 'requires the name of a cache'],
    ['no reason', ['test', '--yes'], '--reason'],
    ['nobody to ask', ['--undo', '9ccdc218-2552-4e33-b023-04308a21bd20'], 'add --yes'],
  ])('%s: says what is wrong', async (_, args, said) => {
    const { err, exitCode } = await runCommand(['reset', ...args, ...admin()]);
    expect(err).toContain(said);
    expect(exitCode).not.toBe(0);
  });
});

describe('the official scenarios', () => {
  test.each(['complete', 'reference'])('come out as expected of `%s`; cache switch sets it', async (engine) => {
    const switched = await runCommand(['cache', 'switch', '--engine', engine, '--window', '10'], database());
    expect(switched.out).toBe(`The caches live, firedrill, test now use the engine ${engine} with a window of 10 s.\n`);
    const { exitCode, out } = await runCommand(['scenarios', 'run', ...admin()]);
    expect(out).toContain('7 of 7 scenarios gave the expected result.');
    expect(out).not.toContain('│ NO');
    expect(exitCode).toBe(0);
    expect((await runCommand(['check', '--cache', 'test'], database())).exitCode).toBe(0);
  });

  test('differ with another window, and that is said', async () => {
    await runCommand(['cache', 'switch', '--engine', 'complete', '--window', '5', '--cache', 'test'], database());
    const { exitCode, out } = await runCommand(['scenarios', 'run', 'exact', ...admin()]);
    await runCommand(['cache', 'switch', '--engine', 'complete', '--window', '10'], database());
    expect(out).toMatch(/alert COINC_MSG of 0: XENONnT \+0, DUNE \+10 *│ sub-group 0: XENONnT 000 \+0 .*│ NO/);
    expect(out).toContain('0 of 1 scenarios gave the expected result.');
    expect(exitCode).toBe(1);
  });

  test('are listed with what to expect', async () => {
    const { out } = await runCommand(['scenarios', 'list']);
    expect(out.match(/^\S/gm)).toHaveLength(7);
    expect(out.match(/^ {2}(complete|reference): {1,2}\S/gm)).toHaveLength(14);
  });
});

describe('a fire drill', () => {
  const observations = async (cache: string): Promise<readonly { readonly neutrino_time_utc: string }[]> =>
    (await server.call('GET', `/v1/observations?cache=${cache}&state=active`)).json.items;
  const reset = () => server.call('POST', '/v1/admin/reset', { cache: 'firedrill', reason: 'a drill' });

  test('is chosen from a list', async () => {
    const { exitCode, out } = await runCommand(['drill', ...admin()]);
    expect(exitCode).toBe(0);
    expect(out).toBe((await runCommand(['scenarios', 'list'])).out);
    const several = await runCommand(['drill', 's', ...admin()]);
    expect([several.exitCode, several.err]).toEqual([2, expect.stringContaining('"s" matches several scenarios')]);
  });

  test('plays a scenario into its own cache, just before now, and prints the alerts', async () => {
    await reset();
    const live = await observations('live');
    const before = Date.now();
    const { exitCode, out, err } = await runCommand(['drill', 'msgs at 10', ...admin()]);
    const after = Date.now();
    expect(exitCode).toBe(0);
    // Eight: what the scenario expects of `complete`.
    expect(out.trim().split('\n')).toEqual(
      Array.from({ length: 8 }, () => expect.stringMatching(/^firedrill alert \d+ · (COINC|UPDATE).* · DRILL-/)),
    );
    expect(err).toContain('7 messages were accepted, 8 alerts were raised.');
    const stored = await observations('firedrill');
    expect(stored).toHaveLength(7);
    const times = stored.map(({ neutrino_time_utc }) => Date.parse(neutrino_time_utc));
    // From 10 to 29 seconds, and the last of them 2 s back.
    expect(Math.max(...times)).toBeGreaterThanOrEqual(before - 2_001);
    expect(Math.max(...times)).toBeLessThanOrEqual(after - 1_999);
    expect(Math.max(...times) - Math.min(...times)).toBe(19_000);
    expect(await observations('live')).toEqual(live);
  });

  test('answers programs, and says by its exit code when an alert should have come', async () => {
    await reset();
    const simple = await runCommand(['drill', 'simple', '--json', ...admin()]);
    expect(simple.exitCode).toBe(0);
    const came = jsonLines(simple.out);
    expect(came).toMatchObject([{ name: 'simple coincidence', messages: 2, alerts: [{ cache: 'firedrill' }] }]);
    await reset();
    // Two messages of one detector are no coincidence: that none comes is right.
    const quiet = await runCommand(['drill', 'same message', '--json', ...admin()]);
    expect([quiet.exitCode, jsonLines(quiet.out)]).toMatchObject([0, [{ messages: 2, alerts: [] }]]);
    await reset();
    const mute = { cache: 'firedrill', reason: 'calibration' };
    expect((await server.call('POST', '/v1/admin/detectors/XENONnT/mute', mute)).status).toBe(200);
    const muted = await runCommand(['drill', 'simple', ...admin()]);
    expect([muted.exitCode, muted.out]).toEqual([1, '']);
    expect(muted.err).toContain('no alert was raised: is one of the detectors muted');
    expect((await server.call('POST', '/v1/admin/detectors/XENONnT/unmute', mute)).status).toBe(200);
  });

  test('requires a key of its detectors, and says how many messages were accepted before another is rejected', async () => {
    await reset();
    const create = ['keys', 'create', '--name', 'X', '--role', 'detector', '--detector', 'XENONnT', ...admin()];
    const key = (await runCommand(create)).out.trim();
    const { exitCode, out, err } = await runCommand(['drill', 'simple', '--url', server.url, '--key', key]);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toContain('1 of 2 messages were accepted before this error:');
    expect(err).toContain('The key does not permit this');
  });
});

describe('the consistency check', () => {
  test('finds no difference in sound caches, and reports each difference readably', async () => {
    await server.call('POST', '/v1/observations', {
      detector_name: 'LVD',
      neutrino_time_utc: '2030-01-01T12:00:00Z',
      is_test: true,
    });
    const clean = await runCommand(['check'], database());
    expect(clean.out.match(/ cache: consistent$/gm)).toHaveLength(3);
    expect(clean.exitCode).toBe(0);

    await server.query("UPDATE cache SET next_sequence = next_sequence + 1 WHERE name = 'firedrill'");
    const { exitCode, out } = await runCommand(['check', '--cache', 'firedrill'], database());
    const reports = await runCommand(['check', '--cache', 'all', '--json'], database());
    await server.query("UPDATE cache SET next_sequence = next_sequence - 1 WHERE name = 'firedrill'");
    expect(out).toMatch(/^firedrill cache: \d differences$/m);
    expect(out).toMatch(/^ {2}newest alert sequence\n {4}stored: {3}\d+\n {4}expected: \d+$/m);
    expect(exitCode).toBe(1);
    expect(
      jsonLines(reports.out)[0].map(({ cache, clean }: { cache: string; clean: boolean }) => [cache, clean]),
    ).toEqual([
      ['live', true],
      ['firedrill', false],
      ['test', true],
    ]);
    expect(reports.exitCode).toBe(1);
  });
});
