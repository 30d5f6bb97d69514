import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { COMMENT } from './alert-frames.js';

/** What a stream is written to; `socket` exists if it is the response to an HTTP request. */
export interface StreamSink extends Writable {
  readonly socket?: Socket | null;
}

/** What the feed needs of a logger. */
export interface FeedLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** How much a reader may leave unread, and for how long, before it is dropped. */
export interface FollowerLimits {
  /** Bytes that were written and not yet sent. */
  readonly maxUnsentBytes: number;
  /** Milliseconds without progress while it is catching up. */
  readonly maxStallMs: number;
}

export type Follower = ReturnType<typeof createFollower>;

/**
 * One reader of the alert stream. `position` is the sequence of the last alert that it was given.
 * A reader that does not read is dropped, so that it holds no memory. It can reconnect and resume.
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
   * Resets the connection. After an orderly end the kernel would keep what it has not sent (up to 4 MiB) for as long as
   * the other side is connected and does not read.
   */
  function destroy(): void {
    sink.socket?.resetAndDestroy();
    sink.destroy();
  }

  /** @returns false if the sink should get nothing more until it has drained */
  function write(frame: Buffer | string): boolean {
    if (!isOpen()) return false;
    const isReady = sink.write(frame);
    if (sink.writableLength > limits.maxUnsentBytes) drop('the reader is too slow');
    return isReady;
  }

  /** Resolves when the sink has drained, was closed, or was dropped because it stalled. */
  function drained(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => drop('the reader has stalled'), limits.maxStallMs);
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

    /** Writes an alert that has just been sent, at once. */
    give(sequence: number, frame: Buffer): void {
      if (sequence <= position) return;
      position = sequence;
      write(frame);
    },

    /** Writes an earlier alert, at the pace at which the reader reads. */
    async givePatiently(sequence: number, frame: Buffer): Promise<void> {
      position = sequence;
      if (!write(frame) && isOpen()) await drained();
    },

    /** Shows the reader, and proxies between, that the connection is alive. */
    heartbeat: () => write(COMMENT),
    end: () => sink.end(),
    destroy,
  };
}
