import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { snippetsOf } from '../support/documents.js';
import { siteForEachTest } from '../support/service-process.js';

const run = promisify(execFile);

const site = siteForEachTest();

test("README's commands raise an alert that its stream shows; only the port differs", async () => {
  const service = await site.start({ ADMIN_API_KEY: undefined, PRINT_FIRST_KEYS: 'true' });
  const here = (script: string) => script.replaceAll('http://127.0.0.1:8080', service.url);
  const commands = (await snippetsOf('README.md')).filter(({ language }) => language === 'sh');
  // Of its first section, which is to be enough for a newcomer.
  const [start, stream, posts] = commands.map(({ code }) => code);
  expect(start).toBe('npm ci\nnpm start\n');
  const exports = service.output.match(/^ *export SNEWS_\w+=\S+$/gm) ?? [];
  expect(exports).toHaveLength(2);
  // What a person types, in one shell; then the stream in the background has a moment to show the alert.
  const typed = [...exports, stream, 'sleep 1', posts, 'sleep 2; kill %1'].map((script) => here(String(script)));
  const { stdout } = await run('bash', ['-c', `set -m\n${typed.join('\n')}`]);
  expect(stdout).toMatch(/"alerts":\[\{"id":"[-0-9a-f]{36}","sequence":1,/);
  const streamed = /id: 1\nevent: alert\ndata: (\{.*\})$/m.exec(stdout)?.[1];
  expect(JSON.parse(String(streamed))).toMatchObject({ alert_type: 'COINC_MSG', sequence: 1, cache: 'live' });
});
