import { PassThrough } from 'node:stream';

/** How long the client of a long answer may read nothing: meanwhile it holds a snapshot of the database. */
const STALL_MS = 30_000;
const BUFFER_BYTES = 256 * 1024;

/** The body of an answer that is made while it is sent, at the pace of the client. */
export function createPatientBody() {
  const stream = new PassThrough({ highWaterMark: BUFFER_BYTES });
  // Fastify handles errors of the stream once it sends it; until then they are ignored.
  stream.on('error', () => undefined);

  /** Resolves when the client has read what was written, has closed the connection, or has read nothing for too long. */
  function drained(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => stream.destroy(new Error('the client of a long answer reads nothing')), STALL_MS);
      const done = () => {
        clearTimeout(timer);
        stream.off('drain', done).off('close', done);
        resolve();
      };
      stream.on('drain', done).on('close', done);
    });
  }

  return {
    stream,
    /** False if the client has closed the connection. */
    isOpen: () => !stream.destroyed,
    /** Resolves when more may be written. */
    async write(text: string): Promise<void> {
      if (!stream.destroyed && !stream.write(text)) await drained();
    },
    end: () => stream.end(),
    /** Resets the connection, so that the answer is not taken for complete. */
    fail: (error: Error) => stream.destroy(error),
  };
}
