import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { COMMENT } from './alert-frames.js';

/** Where a stream is written to; `socket` is there if it is the answer to an HTTP request. */
export interface StreamSink extends Writable {
  readonly socket?: Socket | null;
}

/** What the feed needs of a logger. */
export interface FeedLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** How much, and how long, a reader may leave unread before it is dropped. */
export interface FollowerLimits {
  /** Bytes that were handed over and not yet sent. */
  readonly maxUnsentBytes: number;
  /** Milliseconds without progress while it is catching up. */
  readonly maxStallMs: number;
}

export type Follower = ReturnType<typeof createFollower>;

/**
 * One reader of the alert stream. `position` is the sequence of the last alert that it was given.
 * A reader that doesn't read is dropped: it can come back and resume, and holds no memory meanwhile.
 */
export function createFollower(sink: StreamSink, from: number, limits: FollowerLimits, log: FeedLog) {
  let position = from;
  sink.on('error', (error) => log.info({ err: error, position }, 'alert-stream:broken'));

  const isOpen = () => !sink.destroyed && !sink.writableEnded;

  function drop(reason: string): void {
    log.warn({ reason, unsent: sink.writableLength, position }, 'alert-stream:dropped');
    destroy();
  }

  /**
   * Resets the connection: after an orderly end the kernel would go on holding what it has not sent (up to 4 MiB) for
   * as long as the other side is there and doesn't read it.
   */
  function destroy(): void {
    sink.socket?.resetAndDestroy();
    sink.destroy();
  }

  /** @returns false if the sink would rather be given nothing more until it has drained */
  function write(frame: Buffer | string): boolean {
    if (!isOpen()) return false;
    const isWilling = sink.write(frame);
    if (sink.writableLength > limits.maxUnsentBytes) drop('the reader is too slow');
    return isWilling;
  }

  /** Resolves when the sink has drained, was closed, or was dropped for standing still. */
  function drained(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => drop('the reader stands still'), limits.maxStallMs);
      const done = () => {
        clearTimeout(timer);
        sink.off('drain', done).off('close', done);
        resolve();
      };
      sink.on('drain', done).on('close', done);
    });
  }

  return {
    isOpen,
    position: () => position,
    onClosed: (listener: () => void) => sink.once('close', listener),
    write,

    /** Hands over an alert that has just been sent, at once. */
    give(sequence: number, frame: Buffer): void {
      if (sequence <= position) return;
      position = sequence;
      write(frame);
    },

    /** Hands over an alert of the past at the pace at which the reader reads. */
    async givePatiently(sequence: number, frame: Buffer): Promise<void> {
      position = sequence;
      if (!write(frame) && isOpen()) await drained();
    },

    /** Shows the reader, and everything between, that the connection lives. */
    heartbeat: () => write(COMMENT),
    end: () => sink.end(),
    destroy,
  };
}
