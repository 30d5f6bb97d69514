import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Part } from './part.js';
import { startService } from './service.js';
import { median, round } from './statistics.js';

const CHECK_WEIGHT = fileURLToPath(new URL('../scripts/check-weight.mjs', import.meta.url));
const MEGABYTE = 1024 ** 2;
const MOST_START_SECONDS = 5;
const MOST_MEMORY_MEGABYTES = 300;
/** After its start a service still compiles what it ran, and collects its garbage. */
const SETTLE_MS = 10_000;

interface Weight {
  readonly megabytes: number;
  readonly mostMegabytes: number;
  /** The largest first. */
  readonly packages: readonly { readonly name: string; readonly bytes: number }[];
}

export const idle: Part = {
  name: 'idle',
  title: 'what an idle service takes: packages, time to start, memory, processor',
  async run({ quick, progress, database }) {
    const { megabytes, mostMegabytes, packages } = await weight();
    const starts: number[] = [];
    const memories: number[] = [];
    const shares: number[] = [];
    const settleMs = quick ? 1_000 : SETTLE_MS;
    for (let i = 1; i <= (quick ? 1 : 5); i++) {
      const databaseUrl = await database(`bench_idle_${i}`);
      progress(`start ${i}, on an empty database`);
      const began = performance.now();
      const service = await startService(databaseUrl);
      starts.push((performance.now() - began) / 1_000);
      const before = await service.cpuSeconds();
      await delay(settleMs);
      memories.push((await service.memory()) / MEGABYTE);
      shares.push(((await service.cpuSeconds()) - before) / (settleMs / 1_000));
      await service.stop();
    }
    return {
      tables: [
        {
          title: 'The service with nothing to do',
          columns: ['what', 'p50'],
          rows: [
            ['from the start of the process to the first answer, migrations included, s', round(median(starts))],
            ['memory (resident), MB', round(median(memories))],
            ['processor after the start, share of a core', round(median(shares))],
          ],
        },
        {
          title: `The ${packages.length} packages that npm ci --omit=dev installs: ${Math.round(megabytes)} MB`,
          columns: ['the largest', 'MB'],
          rows: packages.slice(0, 20).map(({ name, bytes }) => [name, round(bytes / MEGABYTE)]),
        },
      ],
      targets: [
        { what: 'packages for production, MB', measured: round(megabytes), atMost: mostMegabytes },
        { what: 'time to start, s', measured: round(median(starts)), atMost: MOST_START_SECONDS },
        { what: 'memory of an idle service, MB', measured: round(median(memories)), atMost: MOST_MEMORY_MEGABYTES },
      ],
      notes: ['Only PostgreSQL is configured: Kafka, Slack, GCN and traces are loaded by the services that use them.'],
    };
  },
};

async function weight(): Promise<Weight> {
  const { stdout } = await promisify(execFile)(process.execPath, [CHECK_WEIGHT, '--json']);
  return JSON.parse(stdout);
}
