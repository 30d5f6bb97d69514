import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { EngineName } from '../domain/coincidence/engine.js';
import type { Log } from '../domain/log.js';

/** What the thread receives when it starts. */
export interface ShadowTask {
  readonly databaseUrl: string;
  readonly engine: EngineName;
}

export type ShadowRequest = 'wake' | 'stop';

/** A log entry of the thread. */
export interface ShadowMessage {
  readonly level: keyof Log;
  readonly details: object;
  readonly message: string;
}

const WORKER = new URL(import.meta.url.endsWith('.ts') ? './source-worker.mjs' : './worker.js', import.meta.url);

/** A thread that needs more is ended and started again. */
const MEMORY_MEGABYTES = 512;
const RESTART_MILLISECONDS = 10_000;
const STOP_MILLISECONDS = 5_000;

/**
 * Runs the shadow engine and compares it with the caches' engine. It runs in a thread of its own, with its own database
 * connection and memory, so commands and alerts never wait for it.
 */
export function startShadow({ databaseUrl, engine, log }: ShadowTask & { readonly log: Log }) {
  let worker: Worker | undefined;
  let restart: NodeJS.Timeout | undefined;
  let isStopping = false;

  function start(): void {
    const workerData: ShadowTask = { databaseUrl, engine };
    const thread = new Worker(WORKER, { workerData, resourceLimits: { maxOldGenerationSizeMb: MEMORY_MEGABYTES } });
    thread.on('message', ({ level, details, message }: ShadowMessage) => log[level](details, message));
    thread.on('error', (error) => log.warn({ err: error, engine }, 'shadow:thread-failed'));
    thread.on('exit', () => {
      worker = undefined;
      if (!isStopping) restart = setTimeout(start, RESTART_MILLISECONDS);
    });
    worker = thread;
  }

  start();
  return {
    /** There may be new commands. */
    wake: () => worker?.postMessage('wake' satisfies ShadowRequest),

    /** Finishes the page in progress, unless it takes too long. What is not recorded is compared after the next start. */
    async stop(): Promise<void> {
      isStopping = true;
      clearTimeout(restart);
      if (worker === undefined) return;
      const thread = worker;
      const ended = once(thread, 'exit');
      const waited = new AbortController();
      thread.postMessage('stop' satisfies ShadowRequest);
      await Promise.race([
        ended,
        delay(STOP_MILLISECONDS, undefined, { signal: waited.signal }).catch(() => undefined),
      ]);
      waited.abort();
      await thread.terminate();
    },
  };
}
