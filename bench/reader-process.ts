import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Order, Reading, Report } from './stream-readers.js';

const SCRIPT = fileURLToPath(new URL('stream-readers.ts', import.meta.url));

/** Many readers of a stream, in a process of their own: their work isn't the server's, nor that of who posts. */
export interface Readers {
  /** What they got, once all have the alert of this sequence; those that don't get it are waited for a minute. */
  report(upTo: number): Promise<Report>;
  /** Closes the connections of all but so many readers, and forgets what came until now. */
  keep(readers: number): void;
  stop(): Promise<void>;
}

/** Opens the connections, each of which has begun when this resolves. */
export async function startReaders(reading: Reading): Promise<Readers> {
  const child = fork(SCRIPT, [JSON.stringify(reading)], {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
    env: { PATH: process.env['PATH'] },
  });
  await answer(child);
  const tell = (order: Order) => void child.send(order);
  return {
    async report(upTo) {
      tell({ kind: 'report', upTo });
      return (await answer(child)) as Report;
    },
    keep: (readers) => tell({ kind: 'keep', readers }),
    async stop() {
      if (child.exitCode !== null) return;
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

async function answer(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  try {
    const [message] = await Promise.race([
      once(child, 'message', { signal: ended.signal }),
      once(child, 'exit', { signal: ended.signal }).then(([code]) => {
        throw new Error(`the readers ended with code ${code}`);
      }),
    ]);
    return message;
  } finally {
    ended.abort();
  }
}
