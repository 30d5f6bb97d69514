import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DocumentRunner, pathWith, programsIn } from '../support/document-runner.js';
import { type Mark, snippets } from '../support/documents.js';
import { pythonEnvironment } from '../support/python/environment.js';
import { type ServiceProcess, Site } from '../support/service-process.js';

const all = await snippets();
const python = await pythonEnvironment('documents');

const shell = (kind: Mark['kind']) => all.filter(({ language, mark }) => language === 'sh' && mark.kind === kind);

/** README.md and docs/*.md, as a reader types them, against one service; only the port differs. */
describe('the documents', () => {
  let site: Site;
  let service: ServiceProcess;
  let runner: DocumentRunner;

  beforeAll(async () => {
    site = await Site.make();
    service = await site.start({ ADMIN_API_KEY: undefined, PRINT_FIRST_KEYS: 'true' });
    const exports = [...service.output.matchAll(/^ *export (SNEWS_\w+)=(\S+)$/gm)];
    const keys = Object.fromEntries(exports.map(([, name = '', key = '']) => [name, key]));
    const folder = dirname(site.dataDirectory);
    runner = await DocumentRunner.make(folder, service.url, keys);
  });
  afterAll(async () => {
    await site.cleanUp();
  });

  it('run: every shell command that needs nothing but the server', async () => {
    const commands = all.filter(({ language, mark }) => language === 'sh' && ['none', 'answers'].includes(mark.kind));
    expect(commands.length).toBeGreaterThan(10);
    const printed = await runner.shell(commands);
    // Of README's two curls, of its second one; of docs/api.md's retraction.
    expect(printed).toContain('"alert_type":"COINC_MSG"');
    expect(printed).toContain('"retracted":["');
  });

  it('run: TypeScript, its types checked', async () => {
    const printed = await runner.typescript(programsIn('ts', all));
    expect([...printed.keys()]).toEqual(['README.md', 'docs/api.md']);
    expect(printed.get('docs/api.md')).toMatch(/^alert 1 COINC_MSG /m);
  });

  it.skipIf(python === undefined)('run: Python, with a client generated from the OpenAPI document', async () => {
    const executable = String(python);
    const generate = shell('python');
    expect(generate).toHaveLength(1);
    await runner.shell(generate, pathWith(executable));
    const printed = await runner.python(executable, programsIn('python', all));
    expect([...printed.keys()]).toEqual(['docs/api.md']);
    expect(printed.get('docs/api.md')).toMatch(/^generated: \['LVD', 'SNO\+'\]$/m);
  });

  it('run: the commands for a stopped server', async () => {
    service.send('SIGTERM');
    expect(await service.ended).toMatchObject({ code: 0 });
    const printed = await runner.shell(shell('stopped'));
    expect(printed).toContain('now use the engine reference');
  });
});
