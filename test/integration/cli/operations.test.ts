import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { ADMIN_KEY, apiServerForAllTests } from '../../support/api-server.js';
import { jsonLines, runCommand, startCommand } from '../../support/cli.js';
import { folderForAllTests } from '../../support/for-tests.js';

const server = apiServerForAllTests();
const folder = folderForAllTests('snews-cli-operations-');

const admin = () => ['--url', server.url, '--key', ADMIN_KEY];
const observe = async (detector: string, fields: object = {}) =>
  (
    await server.call('POST', '/v1/observations', {
      detector_name: detector,
      neutrino_time_utc: '2030-01-01T12:00:00Z',
      is_test: true,
      ...fields,
    })
  ).json;

describe('dead letters', () => {
  beforeAll(async () => {
    for (const offset of [1, 2]) {
      await server.query(
        `INSERT INTO dead_letter (cluster, topic, partition, position, received_at, headers, value, reason, detail, created_at)
         VALUES ('c', 'snews.experiments-test', 0, ${offset}, now(), '[]', '\\x7b', 'malformed', 'no JSON ${offset}', now())`,
      );
    }
  });

  test('are listed, the newest first', async () => {
    const { out, exitCode } = await runCommand(['dead-letters', 'list', '--json', ...admin()]);
    expect(exitCode).toBe(0);
    expect(jsonLines(out)[0]).toMatchObject([{ offset: 2 }, { offset: 1 }]);
    const table = (await runCommand(['dead-letters', 'list', '--limit', '1', ...admin()])).out;
    expect(table).toContain('snews.experiments-test 0:2');
    expect(table).not.toContain('no JSON 1');
  });

  test('one is shown; another one is not there', async () => {
    const [[, first]] = jsonLines((await runCommand(['dead-letters', 'list', '--json', ...admin()])).out);
    const shown = await runCommand(['dead-letters', 'show', String(first.id), ...admin()]);
    expect(shown.out).toContain('detail: no JSON 1\nexcerpt: {\n');
    const missing = await runCommand(['dead-letters', 'show', '999999', ...admin()]);
    expect(missing.err).toContain('There is no dead letter 999999');
    expect(missing.exitCode).toBe(2);
  });

  test('are retried', async () => {
    expect((await runCommand(['dead-letters', 'retry', '1', ...admin()])).out).toBe('Dead letter 1 was processed.\n');
    // By the former name too.
    const none = await runCommand(['dead-letters', 'replay', '7', ...admin()]);
    expect(none.err).toContain('There is no dead letter 7');
    expect(none.exitCode).toBe(2);
  });
});

test('a detector is muted and unmuted, and both are in the audit log', async () => {
  const muted = await runCommand(['mute', 'SBND', '--reason', 'noisy tonight', '--cache', 'test', ...admin()]);
  expect(muted.out).toBe('SBND is muted in the test cache.\n');
  expect((await observe('SBND')).observation.state).toBe('muted');
  const unmuted = await runCommand(['unmute', 'SBND', '--reason', 'quiet again', '--json', ...admin()]);
  expect(jsonLines(unmuted.out)[0]).toMatchObject({ detector_name: 'SBND', muted: false });
  const log = await runCommand(['audit-log', '--limit', '2', '--json', ...admin()]);
  expect(jsonLines(log.out)[0]).toHaveLength(2);
  expect(jsonLines(log.out)[0].at(-1)).toMatchObject({ actor: 'configured', detail: { reason: 'noisy tonight' } });
  expect((await runCommand(['audit-log', ...admin()])).out).toContain('quiet again');
  await runCommand(['reset', 'test', '--reason', 'done', '--yes', ...admin()]);
});

test('status tells what does not work, and how the caches stand', async () => {
  const { out, exitCode } = await runCommand(['status', ...admin()]);
  expect(out).toContain(`${server.url} is ready.`);
  expect(out).toMatch(/│ engine +│ complete, 10 s +│ complete, 10 s +│ complete, 10 s/);
  expect(exitCode).toBe(0);
  const none = await runCommand(['status', '--url', 'http://127.0.0.1:9']);
  expect(none.exitCode).toBe(2);
});

describe('watch', () => {
  test('shows each alert, rings, and ends well with Ctrl-C', async () => {
    const lines = startCommand(['watch', '--cache', 'test', '--json', ...admin()]);
    const blocks = startCommand(['watch', '--cache', 'test', '--bell', ...admin()]);
    // Each follows from what is the newest when it begins: told until both have seen one.
    const seen = Promise.all([lines.outHas('"alert_type"'), blocks.outHas('COINC_MSG')]).then(() => true);
    let all = false;
    void seen.then(() => {
      all = true;
    });
    for (let hour = 0; !all; hour++) {
      const time = new Date(Date.UTC(2030, 0, 10, hour)).toISOString();
      await observe('LVD', { neutrino_time_utc: time, p_val: 0.25 });
      await observe('Super-K', { neutrino_time_utc: time });
      await Promise.race([seen, new Promise((resolve) => setTimeout(resolve, 200))]);
    }
    lines.interrupt();
    blocks.interrupt();
    expect(await lines.exitCode).toBe(0);
    expect(await blocks.exitCode).toBe(0);
    expect(jsonLines(lines.out())[0]).toMatchObject({ cache: 'test', detector_names: ['LVD', 'Super-K'] });
    expect(blocks.out()).toMatch(
      /^TEST COINC_MSG · \S+\n {2}LVD {6}2030-01-\d\dT\d\d:00:00\.000000000Z {2}p 0\.25\n {2}Super-K {2}2030/,
    );
    expect(blocks.err()).toContain('\u0007');
    expect(lines.err()).not.toContain('\u0007');
  });

  test('does not wait for a server that will not let us read', async () => {
    const { exitCode, err } = await runCommand(['watch', '--cache', 'test', '--url', server.url, '--key', 'wrong']);
    expect(err).toContain('does not accept the key');
    expect(exitCode).toBe(2);
  });
});

describe('export', () => {
  const COUNT = 2_345;
  const FORMULA = '=HYPERLINK("http://x")\nsecond line';

  beforeAll(async () => {
    await server.query(
      `INSERT INTO observation (uuid, cache, command, id, detector_name, neutrino_time, neutrino_ns, received_ns, expires_ns, state, is_pre_sn, schema_version)
       SELECT gen_random_uuid(), 'firedrill', 1000 + n, 'id ' || n, 'LVD', '2030-01-01T00:00:00.000000000Z',
         1893456037000000000 + n * 1000000000::bigint, 1893456037000000000, 1893456037000000000, 'expired', false,
         CASE n WHEN 7 THEN '${FORMULA}' END
       FROM generate_series(1, ${COUNT}) AS n`,
    );
  });

  test('writes every observation once, in JSON lines and CSV', async () => {
    const json = await runCommand(['export', 'observations', '--cache', 'firedrill', ...admin()]);
    const ids = jsonLines(json.out).map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: COUNT }, (_, n) => `id ${n + 1}`));
    expect(json.err).toContain(`Wrote ${COUNT} observations.`);

    const file = join(folder.path, 'observations.csv');
    await writeFile(file, 'what was there before');
    const args = ['export', 'observations', '--cache', 'firedrill', '--format', 'csv', '--out', file, '--json'];
    const csv = await runCommand([...args, ...admin()]);
    expect(jsonLines(csv.out)).toEqual([{ what: 'observations', cache: 'firedrill', written: COUNT, file }]);
    const text = await readFile(file, 'utf8');
    expect(text.match(/^uuid,/gm)).toHaveLength(1);
    expect(text.match(/,id \d+,/g)).toHaveLength(COUNT);
    expect(text).toContain(`"'=HYPERLINK(""http://x"")\nsecond line"`);
    expect((await readdir(folder.path)).filter((name) => name.includes('partial'))).toEqual([]);
  });

  test('keeps to a time and a detector', async () => {
    const cache = ['--cache', 'firedrill', ...admin()];
    const times = ['--from', '2030-01-01T00:00:10Z', '--to', '2030-01-01T00:00:12Z'];
    const some = await runCommand(['export', 'observations', ...times, ...cache]);
    expect(jsonLines(some.out).map(({ id }) => id)).toEqual(['id 10', 'id 11', 'id 12']);
    const none = await runCommand(['export', 'observations', '--detector', 'DUNE', ...cache]);
    expect(none).toMatchObject({ out: '', exitCode: 0 });
    for (const wrong of [
      ['coincidences', '--from', '2030-01-01T00:00:10Z'],
      ['alerts', '--detector', 'LVD'],
      ['alerts', '--from', 'yesterday'],
      ['alerts', '--format', 'xlsx'],
    ]) {
      expect(await runCommand(['export', ...wrong, ...cache])).toMatchObject({ out: '', exitCode: 2 });
    }
  });

  test('writes alerts, coincidences, and the heartbeats of all detectors', async () => {
    const detectors = ['LVD', 'XENONnT'];
    for (const detector_name of detectors) {
      await server.call('POST', '/v1/heartbeats', { detector_name, detector_status: 'ON', uuid: randomUUID() });
    }
    const beats = await runCommand(['export', 'heartbeats', '--format', 'csv', ...admin()]);
    expect(beats.out.trim().split('\n')).toHaveLength(3);
    expect(beats.err).toContain('Wrote 2 heartbeats.');
    await observe('LVD', { neutrino_time_utc: '2031-01-01T00:00:00Z' });
    await observe('DUNE', { neutrino_time_utc: '2031-01-01T00:00:01Z' });
    const of = ['--cache', 'test', ...admin()];
    const alerts = jsonLines((await runCommand(['export', 'alerts', ...of])).out);
    expect(alerts.at(-1)).toMatchObject({ sequence: alerts.length, detector_names: ['LVD', 'DUNE'] });
    const tables = jsonLines((await runCommand(['export', 'coincidences', ...of])).out);
    expect(tables.at(-1).rows).toMatchObject([{ detector_name: 'LVD' }, { detector_name: 'DUNE' }]);
    const rows = (await runCommand(['export', 'coincidences', '--format', 'csv', ...of])).out;
    expect(rows).toMatch(/DUNE,2031-01-01T00:00:01\.000000000Z/);
  });

  test('that ends early says so, and leaves what was there', async () => {
    const file = join(folder.path, 'kept.jsonl');
    await writeFile(file, 'before');
    const refused = await runCommand(['export', 'observations', '--out', file, '--url', server.url, '--key', 'wrong']);
    expect(refused.err).toContain('The export failed after 0 observations: no file was written.');
    expect(refused.exitCode).toBe(2);
    expect(await readFile(file, 'utf8')).toBe('before');

    const run = startCommand(['export', 'observations', '--out', file, '--url', 'http://127.0.0.1:9']);
    run.interrupt();
    expect(await run.exitCode).toBe(130);
    expect(await readFile(file, 'utf8')).toBe('before');
    expect((await readdir(folder.path)).filter((name) => name.includes('partial'))).toEqual([]);
  });
});

describe('completion', () => {
  /** What bash offers after these words, asked as bash asks when Tab is pressed. */
  async function offered(...words: string[]): Promise<string[]> {
    const script = join(folder.path, 'completion.bash');
    await writeFile(script, (await runCommand(['completion', 'bash'])).out);
    const asked = `source ${script}; COMP_WORDS=(snews "$@"); COMP_CWORD=$#; _snews; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', asked, 'bash', ...words]);
    return stdout.trim().split('\n');
  }

  test('bash offers commands, their commands, options and values', async () => {
    expect(await offered('dea')).toEqual(['dead-letters']);
    expect(await offered('dead-letters', '')).toEqual(expect.arrayContaining(['list', 'show', 'retry']));
    expect(await offered('dead-letters', 're')).toEqual(['retry']);
    expect(await offered('a')).toEqual(['audit-log']);
    expect(await offered('deliveries', 'list', '--state', '')).toEqual(['pending', 'sending', 'delivered', 'failed']);
    expect(await offered('keys', 'create', '--ro')).toEqual(['--role']);
    expect(await offered('keys', 'create', '--role', '')).toEqual(['detector', 'reader', 'admin']);
    expect(await offered('export', 'al')).toEqual(['alerts']);
    expect(await offered('--help', 'reset', 'fi')).toEqual(['firedrill']);
    expect(await offered('keys', 'create', '--name', '')).toEqual(['']);
  });

  test('is registered with bash', async () => {
    const script = (await runCommand(['completion', 'bash'])).out;
    const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', `${script}\ncomplete -p snews`]);
    expect(stdout).toBe('complete -o default -F _snews snews\n');
  });

  test('zsh and fish have scripts of the same words; other shells have none', async () => {
    expect((await runCommand(['completion', 'zsh'])).out).toContain('bashcompinit');
    const fish = (await runCommand(['completion', 'fish'])).out;
    expect(fish).toContain("complete -c snews -n '__snews_at keys' -f -a create -d");
    expect(fish).toContain("complete -c snews -n '__snews_at keys create' -l role -x -a 'detector reader admin'");
    expect((await runCommand(['completion', 'tcsh'])).exitCode).toBe(2);
  });
});
