import { PassThrough } from 'node:stream';

/** How long a reader of a long answer may stand still: the database keeps for it, meanwhile, what it reads of. */
const STALL_MS = 30_000;
const BUFFER_BYTES = 256 * 1024;

/** The body of an answer that is made while it is sent, at the pace at which it is read. */
export function createPatientBody() {
  const stream = new PassThrough({ highWaterMark: BUFFER_BYTES });
  // Whoever sends it learns of an error when the stream ends; this is for the time before anybody does.
  stream.on('error', () => undefined);

  /** Resolves when the reader has taken what there was, went away, or stood still for too long. */
  function drained(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => stream.destroy(new Error('the reader of a long answer stands still')), STALL_MS);
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
    /** False if the reader went away. */
    isOpen: () => !stream.destroyed,
    /** Resolves when more may come. */
    async write(text: string): Promise<void> {
      if (!stream.destroyed && !stream.write(text)) await drained();
    },
    end: () => stream.end(),
    /** Breaks the answer off, so that nobody takes it for whole. */
    fail: (error: Error) => stream.destroy(error),
  };
}
