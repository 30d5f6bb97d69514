import { setTimeout as pause } from 'node:timers/promises';
import { AlertSource } from './alert-source.js';
import { type ServerProcess, startServer } from './child.js';
import type { Part, Result } from './part.js';
import { type Readers, startReaders } from './reader-process.js';
import { sendBuffers } from './send-buffers.js';
import { type Service, startService } from './service.js';
import { quantile, round } from './statistics.js';
import type { Report } from './stream-readers.js';
import { DETECTORS } from './workload.js';

const STREAM = '/v1/alerts/stream?cache=test';
const INTERVAL_MS = 1_000;
/** Clients that never read, among the others. */
const STALLED = 20;
/** Readers beside these while they are dropped: alerts come as fast as one connection posts them. */
const BESIDE = 100;
const POSTS_PER_LOOK = 100;
const MOST_POSTS = 20_000;
const LOOKS = 50;
const BETWEEN_LOOKS_MS = 100;
/** Of a process beside its connections. */
const OTHER_FILES = 100;
const KB = 1024;

export const sseClients: Part = {
  name: 'sse-clients',
  title: 'from the alert to each of many readers of the stream, next to a bare server; what one costs that never reads',
  async run(context) {
    const clients = context.quick ? 200 : 5_000;
    requireFiles(clients + STALLED + OTHER_FILES);
    const service = await startService(await context.database('bench_sse_clients'));
    const bare = await startServer(new URL('bare-stream.ts', import.meta.url), {
      options: ['--import', 'tsx'],
      environment: { PATH: process.env['PATH'] },
      ready: /listening on (http:\S+)\n/,
    });
    const source = await AlertSource.open(service, bare);
    const opened: Readers[] = [];
    try {
      context.progress(`${clients} clients for each of the two, and ${STALLED} that never read`);
      const follow = async (server: ServerProcess, stalled: number) => {
        const before = await server.memory();
        const url = new URL(STREAM, server.url).href;
        const readers = await startReaders({ url, key: service.adminKey, readers: clients, stalled });
        opened.push(readers);
        return { server, readers, memory: ((await server.memory()) - before) / clients };
      };
      const ours = await follow(service, STALLED);
      const floor = await follow(bare, 0);
      const alerts = context.quick ? 5 : 60;
      context.progress(`${alerts} alerts from each, one a second`);
      const crowds = await inTurn(source, alerts, ours, floor);
      context.progress(`alerts without pause until those that never read are dropped, beside ${BESIDE} others`);
      const stall = await untilDropped(source, service, ours.readers);
      return report(clients, crowds, stall);
    } finally {
      await Promise.all(opened.map((readers) => readers.stop()));
      source.close();
      await Promise.all([service.stop(), bare.stop()]);
    }
  },
};

/** Node.js raises its limit of open files as far as it may. @throws if that isn't enough */
function requireFiles(files: number): void {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files: { hard: number | string } } };
  const most = Number(userLimits?.open_files.hard);
  if (most >= files || Number.isNaN(most)) return;
  throw new Error(`this takes ${files} open files per process, the hard limit is ${most}: raise it ("ulimit -Hn")`);
}

interface Followed {
  readonly server: ServerProcess;
  readonly readers: Readers;
  /** Bytes of the server's memory for each client. */
  readonly memory: number;
}

interface Crowd {
  readonly report: Report;
  readonly memory: number;
  /** Milliseconds of the server's processor time for an alert. */
  readonly cpu: number;
}

/** Each has an alert in every second: the service at its beginning, the bare server half a second later. */
async function inTurn(
  source: AlertSource,
  alerts: number,
  ours: Followed,
  floor: Followed,
): Promise<{ readonly ours: Crowd; readonly floor: Crowd }> {
  const cpu = [await ours.server.cpuSeconds(), await floor.server.cpuSeconds()] as const;
  const began = performance.now();
  for (let i = 0; i < alerts; i++) {
    await source.observe(0);
    await pause(began + (i + 1) * INTERVAL_MS - performance.now());
    await source.observe(1);
    const alert = await source.newest();
    await pause(began + (i + 1.5) * INTERVAL_MS - performance.now());
    await source.copy(alert);
  }
  const crowd = async ({ server, readers, memory }: Followed, before: number): Promise<Crowd> => {
    const report = await readers.report(alerts);
    if (report.alerts !== alerts) throw new Error(`${report.alerts} alerts came, ${alerts} were caused`);
    return { report, memory, cpu: (((await server.cpuSeconds()) - before) * 1000) / alerts };
  };
  return { ours: await crowd(ours, cpu[0]), floor: await crowd(floor, cpu[1]) };
}

interface Stall {
  readonly alerts: number;
  /** Of an alert. */
  readonly bytes: number;
  /** Those that never read and are still there. */
  readonly left: number;
  /** The most that the kernel held for one of them, and what it holds for all of them in the end; bytes. */
  readonly held: number;
  readonly heldAfter: number;
  /** By how many bytes the server's memory grew once the kernel took no more. */
  readonly grown: number;
  /** Readers that got every alert exactly once. */
  readonly complete: number;
}

async function untilDropped(source: AlertSource, service: Service, readers: Readers): Promise<Stall> {
  readers.keep(BESIDE);
  const { sequence: before } = await source.newest();
  const memory = { kernelFills: 0, processKeeps: 0 };
  let held = 0;
  let left = STALLED;
  for (let posted = 0; posted < MOST_POSTS && left > 0; posted += POSTS_PER_LOOK) {
    for (let i = 0; i < POSTS_PER_LOOK; i++) await source.observe((posted + i) % DETECTORS.length);
    left = (await readersOf(service)) - BESIDE;
    const holds = Math.max(0, ...(await sendBuffers(Number(service.url.port))));
    const phase = holds > held ? 'kernelFills' : 'processKeeps';
    memory[phase] = Math.max(memory[phase], await service.memory());
    held = Math.max(held, holds);
  }
  const { sequence: newest } = await source.newest();
  const { alerts, complete, bytes } = await readers.report(newest);
  if (alerts !== newest - before) throw new Error(`${alerts} alerts came, ${newest - before} were caused`);
  const heldAfter = await heldInTheEnd(Number(service.url.port));
  return { alerts, bytes, left, held, heldAfter, grown: memory.processKeeps - memory.kernelFills, complete };
}

/** What stays of the bytes that the kernel holds for a port: what is only under way is gone in a moment. */
async function heldInTheEnd(port: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < LOOKS && least > 0; look++) {
    least = Math.min(
      least,
      (await sendBuffers(port)).reduce((sum, bytes) => sum + bytes, 0),
    );
    await pause(BETWEEN_LOOKS_MS);
  }
  return least;
}

/** Readers of the alert streams, as the service counts them. */
async function readersOf({ url, adminKey }: Service): Promise<number> {
  const response = await fetch(new URL('/metrics', url), { headers: { authorization: `Bearer ${adminKey}` } });
  return Number(/^snews_alert_stream_readers(?:\{.*\})? (\d+)$/m.exec(await response.text())?.[1]);
}

function report(
  clients: number,
  { ours, floor }: { readonly ours: Crowd; readonly floor: Crowd },
  stall: Stall,
): Result {
  const figures = ({ report: { delays } }: Crowd) => ({
    p50: quantile([...delays], 0.5),
    p99: quantile([...delays], 0.99),
    longest: quantile([...delays], 1),
  });
  const least = figures(floor);
  const line = (what: string, crowd: Crowd) => {
    const { p50, p99, longest } = figures(crowd);
    return [
      what,
      clients,
      round(p50),
      round(p99),
      round(longest),
      round(p99 / least.p99),
      round(crowd.cpu),
      round(crowd.memory / KB),
      crowd.report.complete,
    ];
  };
  const { alerts, bytes } = ours.report;
  return {
    tables: [
      {
        title: `${alerts} alerts of ${round(bytes)} bytes, one a second, to all clients`,
        columns: [
          'server',
          'clients',
          'p50, ms',
          'p99, ms',
          'longest, ms',
          'p99, of bare',
          "server's CPU, ms an alert",
          "server's memory, KB a client",
          'got each once',
        ],
        rows: [line('GET /v1/alerts/stream', ours), line('bare stream', floor)],
      },
      {
        title: `${STALLED} clients that never read: among them all above, then beside ${BESIDE}, until they are dropped`,
        columns: [
          'alerts until then',
          'bytes an alert',
          'still there',
          'kernel held for one, KB',
          'kernel holds after, KB',
          "server's memory then grew for all, MB",
          `got each once, of ${BESIDE}`,
        ],
        rows: [
          [
            stall.alerts,
            round(stall.bytes),
            stall.left,
            round(stall.held / KB),
            round(stall.heldAfter / KB),
            round(stall.grown / KB / KB),
            stall.complete,
          ],
        ],
      },
    ],
    targets: [
      { what: `p99 to ${clients} clients, ms`, measured: figures(ours).p99, atMost: 250 },
      { what: 'clients that got each alert exactly once', measured: ours.report.complete, atLeast: clients },
      { what: 'clients that never read and are still there', measured: stall.left, atMost: 0 },
    ],
    notes: [
      'Milliseconds: from the time that the alert bears until the client read it. The service takes that time before the commit,',
      'so its figures hold the rest of the transaction too. No alert is left out, not the first one either.',
      'The two servers take turns of half a second; the clients of each are one process, on the same machine.',
      'First the kernel takes what a client does not read, then the server keeps 1 MiB. Its memory: the most from then on, less the',
      'most before. It is that of the whole process, so some MB are chance; the bytes of an alert are there once for all clients.',
    ],
  };
}
