import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ADMIN_KEY, apiServerForAllTests } from '../../support/api-server.js';
import { folderForAllTests } from '../../support/for-tests.js';
import { pythonEnvironment } from '../../support/python/environment.js';

const run = promisify(execFile);
const CONFIGURATION = fileURLToPath(new URL('../../support/python/schemathesis.toml', import.meta.url));
const HOOKS = fileURLToPath(new URL('../../support/python/schemathesis_hooks.py', import.meta.url));
/** What other keys than an administrator's are refused anyhow: http-roles.test.ts sees to it. */
const NO_ADMINISTRATION = ['--exclude-path-regex', '^/v1/(admin|shadow)'];

const python = await pythonEnvironment('schemathesis');
/** Where schemathesis writes what it remembers. */

const server = apiServerForAllTests();
const notes = folderForAllTests('snews-schemathesis-');

/** What schemathesis has against the service when it calls it with this key, and how many operations it tried. */
async function examine(key: string, ...filters: string[]): Promise<{ complaints: string; operations: number }> {
  const schemathesis = join(String(python), '..', 'schemathesis');
  const options = ['--config-file', CONFIGURATION, '--no-color', 'run', `${server.url}/openapi.json`, ...filters];
  const env = { PATH: process.env['PATH'], SCHEMATHESIS_HOOKS: HOOKS, PYTHONDONTWRITEBYTECODE: '1', API_KEY: key };
  const report = await run(schemathesis, options, { cwd: notes.path, env, maxBuffer: 1e9 }).then(
    ({ stdout }) => ({ stdout, complaints: '' }),
    ({ stdout, stderr }: { stdout: string; stderr: string }) => ({ stdout, complaints: `${stdout}${stderr}` }),
  );
  return { complaints: report.complaints, operations: Number(/Tested: (\d+)/.exec(report.stdout)?.[1]) };
}

describe.skipIf(python === undefined)('schemathesis, which reads openapi.json, has nothing against', () => {
  it('what an admin key is answered', async () => {
    const { complaints, operations } = await examine(ADMIN_KEY);
    expect(complaints).toBe('');
    expect(operations).toBeGreaterThan(40);
  });

  it('what a detector key is answered', async () => {
    const key = await server.key({ name: 'schemathesis', role: 'detector', detectors: ['XENONnT', 'Super-K'] });
    const { complaints, operations } = await examine(key, '--include-method', 'POST', ...NO_ADMINISTRATION);
    expect(complaints).toBe('');
    expect(operations).toBeGreaterThan(6);
  });

  it('what a reader key is answered', async () => {
    const key = await server.key({ name: 'schemathesis', role: 'reader', detectors: [] });
    const { complaints, operations } = await examine(key, '--include-method', 'GET', ...NO_ADMINISTRATION);
    expect(complaints).toBe('');
    expect(operations).toBeGreaterThan(15);
  });
});
