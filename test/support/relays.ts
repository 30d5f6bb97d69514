import { createPool } from '../../src/database/pool.js';
import { createPrisma } from '../../src/database/prisma.js';
import { createDeliveries } from '../../src/delivery/people/deliveries.js';
import { createDeliveryJobs, type DeliveryJobs } from '../../src/delivery/people/delivery-jobs.js';
import { createNotices, type Notices } from '../../src/delivery/people/notices.js';
import { createRelay } from '../../src/delivery/people/relay.js';
import type { Attempt, DeliveryReceipt, Notice, Sink } from '../../src/delivery/people/sinks/sink.js';
import type { CacheName } from '../../src/domain/cache-name.js';
import type { SinkName } from '../../src/domain/views.js';
import { type Caches, openCaches } from './caches.js';
import { captureLog } from './logs.js';
import { createManualClock, type ManualClock } from './manual-clock.js';

export interface RelayParts {
  /** By default that of the site. */
  readonly clock?: ManualClock;
  readonly caches?: readonly CacheName[];
  readonly jobs?: Partial<DeliveryJobs>;
  readonly notices?: Partial<Notices>;
}

/** A sink that does what it is told, and what came to it. */
export function recordingSink(name: SinkName = 'email') {
  const notices: Notice[] = [];
  let does: (notice: Notice, attempt: Attempt) => Promise<DeliveryReceipt> = async () => null;
  const sink: Sink = {
    name,
    async deliver(notice, attempt) {
      notices.push(notice);
      return does(notice, attempt);
    },
    close: async () => undefined,
  };
  return {
    sink,
    notices,
    /** `2 update: Super-K IceCube` */
    texts: () =>
      notices.map(
        ({ recordNumber, kind, rows }) =>
          `${recordNumber} ${kind}: ${rows.map(({ detector_name }) => detector_name).join(' ')}`,
      ),
    behave(deliver: typeof does): void {
      does = deliver;
    },
  };
}

export type RelaySite = Awaited<ReturnType<typeof openRelays>>;

/** Relays over caches of their own, by a clock that a test moves. */
export async function openRelays() {
  const caches: Caches = await openCaches();
  const { log, lines: logged } = captureLog('info');
  const pool = createPool(caches.databaseUrl, log);
  const prisma = createPrisma(caches.databaseUrl, log);
  const clock = createManualClock();
  const running: { readonly stop: AbortController; readonly ended: Promise<void>; readonly clock: ManualClock }[] = [];
  let sending = 0;
  const wakes = new Set<() => void>();
  caches.service.onAlerts(() => {
    for (const wake of wakes) wake();
  });

  function counted(sink: Sink): Sink {
    return {
      ...sink,
      async deliver(notice, attempt) {
        sending += 1;
        try {
          return await sink.deliver(notice, attempt);
        } finally {
          sending -= 1;
        }
      },
    };
  }

  return {
    caches,
    clock,
    logged,
    pool,
    prisma,
    /** Starts to deliver to a sink, as whoever leads does. */
    async start(sink: Sink, parts: RelayParts = {}) {
      const relay = createRelay({
        sink: counted(sink),
        caches: parts.caches ?? ['live'],
        deliveries: createDeliveries(pool),
        jobs: { ...createDeliveryJobs(pool, sink.name), ...parts.jobs },
        notices: { ...createNotices(prisma), ...parts.notices },
        clock: parts.clock ?? clock,
        redact: (text) => text,
        log,
      });
      await relay.begin();
      const stop = new AbortController();
      const ended = relay.lead(stop.signal);
      const one = { stop, ended, clock: parts.clock ?? clock };
      running.push(one);
      wakes.add(relay.wake);
      return {
        wake: relay.wake,
        resume: relay.resume,
        finish: relay.finish,
        ended,
        async stop() {
          stop.abort();
          wakes.delete(relay.wake);
          await ended;
          running.splice(running.indexOf(one), 1);
        },
      };
    },
    /**
     * Moves the clock on, whenever all relays are idle, until something is so, but at most for so long.
     * @param stride milliseconds to go on at once; by default to whenever the next relay looks
     */
    async until(isSo: () => boolean | Promise<boolean>, milliseconds: number, stride?: number): Promise<void> {
      const end = clock.now() + milliseconds;
      while (!(await isSo())) {
        // What is done meanwhile takes real time: files, sockets, the database.
        await new Promise((resolve) => setTimeout(resolve, 2));
        if (sending > 0 || clock.waiting() < running.length) continue;
        if (clock.now() >= end) throw new Error(`not so within ${milliseconds} ms`);
        if (stride === undefined) clock.step(end);
        else clock.advance(stride);
      }
    },
    async deliveries(): Promise<Record<string, unknown>[]> {
      return (await pool.query('SELECT * FROM delivery ORDER BY id')).rows;
    },
    async states(): Promise<unknown[]> {
      return (await this.deliveries()).map(({ state }) => state);
    },
    async close() {
      for (const one of running) {
        one.stop.abort();
        one.clock.advance(60_000);
      }
      await Promise.all(running.map(({ ended }) => ended));
      await pool.end();
      await prisma.$disconnect();
      await caches.close();
    },
  };
}
