/**
 * Builds what `npm start` runs, and of that only what has changed: the database client from prisma/schema.prisma, the
 * client's types from openapi/openapi.json, the server into dist/, the dashboard into dist/web/, the thread that draws
 * pictures into dist/pictures/. What each was made of is remembered by its contents, below node_modules/.cache, so that a
 * checkout, a switch of branches or a copy builds what differs and nothing else. `node scripts/build.mjs sources` stops
 * after the generated sources, which is all that type checks and linters need.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CACHE = join(ROOT, 'node_modules/.cache/snews-build');
const MEMORY = join(CACHE, 'built.json');
const TSC_STATE = join(CACHE, 'server.tsbuildinfo');

/** Versions of compilers and of all that is compiled in. */
const TOOLS = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build.mjs'];

const STEPS = [
  {
    name: 'database client',
    inputs: ['prisma/schema.prisma', ...TOOLS],
    outputs: ['src/generated'],
    build: () => run('prisma', ['generate'], { PRISMA_SCHEMA_ENGINE_BINARY: 'package.json' }),
    isSource: true,
  },
  {
    name: 'client types',
    inputs: ['openapi/openapi.json', 'openapi/generate-client.ts', ...TOOLS],
    outputs: ['src/client/schema.ts'],
    build: () => run('tsx', ['openapi/generate-client.ts']),
    isSource: true,
  },
  {
    name: 'server',
    inputs: ['src', '!src/web', ...TOOLS],
    outputs: ['dist', '!dist/web', '!dist/pictures'],
    async build(areOutputsSound) {
      // The compiler trusts what it remembers, also of files that are gone.
      if (!areOutputsSound) await rm(TSC_STATE, { force: true });
      await run('tsc', ['-p', 'tsconfig.build.json', '--incremental', '--tsBuildInfoFile', TSC_STATE]);
    },
  },
  {
    name: 'dashboard',
    inputs: ['src/web', 'src/client', 'src/domain', ...TOOLS],
    outputs: ['dist/web'],
    build: () => run('vite', ['build', '--logLevel', 'warn', 'src/web']),
  },
  {
    name: 'pictures',
    inputs: ['src/heartbeats', 'src/domain', 'scripts/pictures.vite.config.mjs', ...TOOLS],
    outputs: ['dist/pictures'],
    build: () => run('vite', ['build', '--logLevel', 'warn', '--config', 'scripts/pictures.vite.config.mjs']),
  },
];

// Whoever reads this may stop reading.
process.stdout.on('error', () => undefined);

const memory = await remembered();
const began = Date.now();
let isTold = false;
const steps = process.argv[2] === 'sources' ? STEPS.filter(({ isSource }) => isSource) : STEPS;
for (const { name, inputs, outputs, build } of steps) {
  const made = await contents(inputs);
  const before = memory[name];
  const areOutputsSound = before !== undefined && (await sizes(outputs)) === before.outputs;
  if (areOutputsSound && made === before.inputs) continue;
  if (!isTold) {
    const isFirst = memory['server'] === undefined && steps === STEPS;
    say(isFirst ? 'Building, which takes about half a minute the first time:' : 'Building what has changed:');
  }
  isTold = true;
  const started = Date.now();
  await build(areOutputsSound);
  memory[name] = { inputs: made, outputs: await sizes(outputs) };
  await mkdir(CACHE, { recursive: true });
  await writeFile(MEMORY, JSON.stringify(memory));
  say(`  ${name}: ${seconds(started)}`);
}
if (isTold) say(`Built in ${seconds(began)}.`);

function say(text) {
  process.stdout.write(`${text}\n`);
}

function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

async function remembered() {
  try {
    return JSON.parse(await readFile(MEMORY, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return {};
    throw error;
  }
}

async function contents(paths) {
  const hash = createHash('sha256');
  for (const file of await filesOf(paths)) {
    hash.update(`${file}\0`);
    hash.update(await readFile(join(ROOT, file)));
    hash.update('\0');
  }
  return hash.digest('hex');
}

/** Enough to see that something is missing or was cut short. */
async function sizes(paths) {
  const hash = createHash('sha256');
  for (const file of await filesOf(paths)) hash.update(`${file} ${(await stat(join(ROOT, file))).size}\n`);
  return hash.digest('hex');
}

/** The files below some paths, in order, without those below paths that begin with an exclamation mark. */
async function filesOf(paths) {
  const left = paths.filter((path) => path.startsWith('!')).map((path) => `${path.slice(1)}/`);
  const found = [];
  for (const path of paths.filter((name) => !name.startsWith('!'))) {
    const status = await stat(join(ROOT, path)).catch((error) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (status?.isFile()) found.push(path);
    if (!status?.isDirectory()) continue;
    for (const entry of await readdir(join(ROOT, path), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) found.push(join(entry.parentPath, entry.name).slice(ROOT.length));
    }
  }
  return found.filter((file) => !left.some((prefix) => file.startsWith(prefix))).sort();
}

async function run(program, args, environment = {}) {
  const child = spawn(join(ROOT, 'node_modules/.bin', program), args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env.PATH}`, ...environment },
  });
  let said = '';
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
  }
  const ended = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? code));
  });
  if (ended === 0) return;
  process.stderr.write(`${said}\n${program} ended with ${ended}\n`);
  process.exit(1);
}
