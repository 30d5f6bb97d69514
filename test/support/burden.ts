import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll } from 'vitest';
import { type ServiceProcess, serviceForAllTests } from './service-process.js';

const TURNS = new URL('turns.mjs', import.meta.url).href;

/** What test/support/turns.mjs tells: times of the processor in microseconds, memory in bytes. */
interface Turns {
  readonly longest: number;
  readonly total: number;
  readonly memory: number;
}

/** When memory is collected is the engine's choice: one of so many tries must do with little. */
const TRIES = 3;
const MOST_BYTES = 100 * 1024 * 1024;
/** Usually it is 0.03. Of work that is done at once a single turn does a quarter and more, beside the reading. */
const LARGEST_SHARE = 0.2;
/** A turn with less work than this holds up nobody, whatever its share; in microseconds of the processor. */
const LITTLE_WORK = 100_000;

/** A service over a database, for all tests of a file, that tells how work burdens it. */
export function burdenedServiceForAllTests(database: { readonly url: string }) {
  const socketPath = join(tmpdir(), `snews-turns-${randomUUID()}`);
  const service: ServiceProcess = serviceForAllTests(database, {
    NODE_OPTIONS: `--import ${TURNS}`,
    TURNS_SOCKET: socketPath,
  });

  // The service is killed at the end.
  afterAll(() => rm(socketPath, { force: true }));

  async function turns(): Promise<Turns> {
    const [response] = (await once(get({ socketPath, path: '/' }), 'response')) as [IncomingMessage];
    return JSON.parse(await text(response));
  }

  /**
   * How work burdens the service: which share of it the longest turn of the event loop does, and by how many bytes the
   * service grows. Both are the least of several tries.
   */
  async function burdenOf(work: () => Promise<void>) {
    let least = { share: Number.POSITIVE_INFINITY, growth: Number.POSITIVE_INFINITY };
    for (let n = 0; n < TRIES && (least.share > LARGEST_SHARE || least.growth > MOST_BYTES); n++) {
      // The first answer is about what was before, and begins anew.
      await turns();
      const { memory: before } = await turns();
      await work();
      const { longest, total, memory } = await turns();
      const share = longest < LITTLE_WORK ? 0 : longest / total;
      least = { share: Math.min(least.share, share), growth: Math.min(least.growth, memory - before) };
    }
    return { ...least, isLight: least.share <= LARGEST_SHARE && least.growth <= MOST_BYTES };
  }

  return { service, burdenOf };
}
