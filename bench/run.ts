import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cacheSize } from './cache-size.js';
import { EXECUTABLE } from './compiled.js';
import { decode } from './decode.js';
import { engine } from './engine.js';
import { flood } from './flood.js';
import { idle } from './idle.js';
import { kafkaLatency } from './kafka-latency.js';
import { kafkaStream } from './kafka-stream.js';
import { type Context, isMet, type Part } from './part.js';
import { BenchPostgres } from './postgres.js';
import { machineFacts, print, store } from './report.js';
import { rest } from './rest.js';
import { sse } from './sse.js';
import { sseClients } from './sse-clients.js';

const PARTS: readonly Part[] = [
  idle,
  engine,
  decode,
  rest,
  cacheSize,
  flood,
  sse,
  sseClients,
  kafkaLatency,
  kafkaStream,
];

const HELP = `npm run bench -- [--only NAME]... [--quick]

Measures the compiled service on this machine, prints tables and writes bench/results/NAME.json.
Load goes to this machine alone. A target that is missed makes the exit code 1.

  --only NAME   this part only; may be given several times
  --quick       less of everything: a look, not a measurement
  --help        this

Parts:
${PARTS.map(({ name, title }) => `  ${name.padEnd(12)}${title}`).join('\n')}
`;

try {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(HELP);
  else process.exitCode = await bench(values.only, values.quick);
} catch (error) {
  if (!(error instanceof TypeError && 'code' in error)) throw error;
  process.stderr.write(`${error.message}\n\n${HELP}`);
  process.exitCode = 2;
}

async function bench(only: readonly string[], quick: boolean): Promise<number> {
  const unknown = only.filter((name) => !PARTS.some((part) => part.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`There is no part ${unknown.join(', ')}.\n\n${HELP}`);
    return 2;
  }
  if (!existsSync(EXECUTABLE)) {
    process.stderr.write('There is no compiled service: run "npm run build" first.\n');
    return 2;
  }
  const postgres = new BenchPostgres();
  let missed = 0;
  try {
    for (const part of PARTS.filter(({ name }) => only.length === 0 || only.includes(name))) {
      missed += await measure(part, quick, postgres);
    }
  } finally {
    await postgres.stop();
  }
  return missed > 0 ? 1 : 0;
}

/** How many targets the part missed. */
async function measure(part: Part, quick: boolean, postgres: BenchPostgres): Promise<number> {
  const began = performance.now();
  const context: Context = {
    quick,
    progress: (line) => {
      const seconds = Math.round((performance.now() - began) / 1000);
      process.stderr.write(`${String(seconds).padStart(5)} s  ${line}\n`);
    },
    database: (name) => postgres.database(name),
  };
  process.stdout.write(`\n== ${part.name}: ${part.title}\n`);
  const result = await part.run(context);
  print(result);
  await store(part.name, quick, machineFacts(postgres.version), result);
  return result.targets.filter((target) => !isMet(target)).length;
}
