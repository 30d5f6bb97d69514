import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Snippet } from './documents.js';
import { PROGRAM } from './service-process.js';

const execute = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TSX = import.meta.resolve('tsx');
const MOST_SECONDS = 60;

/** Where the documents' snippets are run: a folder of their own, and the environment of a reader's shell. */
export class DocumentRunner {
  private constructor(
    private readonly folder: string,
    private readonly url: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /**
   * @param folder what snippets write stands here; its `data` is the server's
   * @param url what stands for the documents' http://127.0.0.1:8080
   * @param keys the exports that a first start prints
   * @param programs a folder of programs that go before the machine's own
   */
  static async make(
    folder: string,
    url: string,
    keys: Readonly<Record<string, string>>,
    programs = '',
  ): Promise<DocumentRunner> {
    const bin = join(folder, 'bin');
    await mkdir(bin);
    // npx would run what `npm run build` made, which one test doesn't wait for.
    const snews = [process.execPath, ...PROGRAM].map((word) => `'${word}'`).join(' ');
    const npx = `#!/bin/sh\n[ "$1" = snews ] || exit 127\nshift\nexec ${snews} "$@"\n`;
    await writeFile(join(bin, 'npx'), npx);
    await chmod(join(bin, 'npx'), 0o755);
    // A refused call is a failure, and its answer is shown.
    await writeFile(join(folder, '.curlrc'), 'fail-with-body\nno-progress-meter\n');
    await mkdir(join(folder, 'openapi'));
    await copyFile(join(ROOT, 'openapi/openapi.json'), join(folder, 'openapi/openapi.json'));
    return new DocumentRunner(folder, url, {
      PATH: [bin, programs, process.env.PATH].filter(Boolean).join(':'),
      HOME: folder,
      CURL_HOME: folder,
      DATA_DIR: join(folder, 'data'),
      SNEWS_URL: url,
      ...keys,
    });
  }

  /**
   * Runs commands in order in one bash, as a person types them; gives what they printed.
   * @throws at the first that fails, with its place in the documents
   */
  async shell(commands: readonly Snippet[], environment: Readonly<Record<string, string>> = {}): Promise<string> {
    const blocks = commands.map((command) => `echo '@@ ${placeOf(command)}' >&2\n${this.block(command)}`);
    const script = `set -e -u -o pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n${blocks.join('\n')}`;
    return await this.run('bash', ['-c', this.here(script)], environment);
  }

  /** Checks the types of TypeScript's snippets, those of a document as one program, and runs each program. */
  async typescript(programs: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>> {
    await writeFile(join(this.folder, 'package.json'), '{"type":"module"}');
    const compilerOptions = {
      paths: { 'snews-coincidence-server': [join(ROOT, 'src/client/index.ts')] },
      typeRoots: [join(ROOT, 'node_modules/@types')],
    };
    const settings = { extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: ['*.ts'], exclude: [] };
    await writeFile(join(this.folder, 'tsconfig.json'), JSON.stringify(settings));
    for (const [name, code] of programs) await writeFile(this.file(name, 'ts'), this.here(code));
    await this.run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', this.folder]);
    const printed = new Map<string, string>();
    for (const name of programs.keys()) {
      printed.set(name, await this.run(process.execPath, ['--import', TSX, this.file(name, 'ts')]));
    }
    return printed;
  }

  /** Runs Python's snippets, those of a document as one program. */
  async python(python: string, programs: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>> {
    const printed = new Map<string, string>();
    for (const [name, code] of programs) {
      await writeFile(this.file(name, 'py'), this.here(code));
      printed.set(name, await this.run(python, [this.file(name, 'py')]));
    }
    return printed;
  }

  private block({ code, mark }: Snippet): string {
    if (mark.kind !== 'answers') return code;
    return `( set +e +o pipefail; { ${code}} | tee /dev/stderr | grep '"status":${mark.status}' >/dev/null )`;
  }

  private file(document: string, suffix: string): string {
    return join(this.folder, `${document.replaceAll(/\W/g, '_')}.${suffix}`);
  }

  private here(text: string): string {
    return text.replaceAll('http://127.0.0.1:8080', this.url);
  }

  private async run(file: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    try {
      const env = { ...this.environment, ...environment };
      const options = { cwd: this.folder, env, timeout: MOST_SECONDS * 1000, maxBuffer: 64 * 1024 * 1024 };
      return (await execute(file, args, options)).stdout;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`a snippet failed:\n${stdout.slice(-4000)}\n${stderr.slice(-4000)}`, { cause: error });
    }
  }
}

/** The folder that a Python's programs stand in, to be put before PATH. */
export function pathWith(python: string): Readonly<Record<string, string>> {
  return { PATH: `${dirname(python)}:${process.env.PATH}` };
}

/** A document's snippets of one language, one after the other: a program. */
export function programsIn(language: string, all: readonly Snippet[]): ReadonlyMap<string, string> {
  const programs = new Map<string, string>();
  for (const { document, code } of all.filter((snippet) => snippet.language === language)) {
    programs.set(document, `${programs.get(document) ?? ''}${code}\n`);
  }
  return programs;
}

function placeOf({ document, line }: Snippet): string {
  return `${document}:${line}`;
}
