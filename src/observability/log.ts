import { setTimeout as pause } from 'node:timers/promises';
import { type Logger, pino } from 'pino';

/** These fields are masked in every log line. The code does not log them on purpose; this is a second safeguard. */
const SECRETS = [
  'authorization',
  '*.authorization',
  '*.*.authorization',
  'pass',
  '*.pass',
  '*.*.pass',
  'password',
  '*.password',
];

/** Bytes that are buffered while nobody reads the output; further lines are dropped and counted. */
const MOST_BUFFERED = 8 * 1024 * 1024;

/** The destination of a log. */
export interface LogOutput {
  /** Bytes that were written and are still in the buffer. */
  readonly writableLength: number;
  write(text: string): unknown;
}

export interface LogLines {
  write(line: string): void;
  /** Waits until nothing was logged for `milliseconds`, but not longer than `limit` milliseconds. */
  quiet(milliseconds: number, limit: number): Promise<void>;
}

/** The service's log on standard output: one JSON object per line, or readable text if the output is a terminal. */
export async function createLog(level: string): Promise<{ readonly log: Logger; readonly lines: LogLines }> {
  const options = { level, redact: { paths: SECRETS, censor: '***' } };
  const lines = logTo(process.stdout, process.stdout.isTTY ? await readableFormat() : undefined);
  return { log: pino(options, lines), lines };
}

/** Formats in this thread, not in a pino transport: so log lines and other output keep their order. */
async function readableFormat(): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty');
  return prettyFactory({ ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' });
}

/** Writes lines without waiting: a slow or missing reader of the log must not delay the service. */
export function logTo(output: LogOutput, format: (line: string) => string = (line) => line): LogLines {
  let dropped = 0;
  let writtenAt = performance.now();
  return {
    async quiet(milliseconds, limit) {
      const deadline = performance.now() + limit;
      for (;;) {
        const now = performance.now();
        const remaining = Math.min(writtenAt + milliseconds, deadline) - now;
        if (remaining <= 0) return;
        await pause(remaining);
      }
    },
    write(line) {
      writtenAt = performance.now();
      if (output.writableLength > MOST_BUFFERED) {
        dropped++;
        return;
      }
      if (dropped > 0) {
        const warning = { level: pino.levels.values['warn'], time: Date.now(), pid: process.pid, lines: dropped };
        output.write(format(`${JSON.stringify({ ...warning, msg: 'log:lines-dropped' })}\n`));
        dropped = 0;
      }
      output.write(format(line));
    },
  };
}

/** Keeps the process running if the reader of its output has exited or the disk is full. */
export function ignoreOutputErrors(): void {
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
}

/** Waits until all output is written, but not longer than `limit` milliseconds. */
export async function flushOutput(limit: number): Promise<void> {
  const deadline = performance.now() + limit;
  while (process.stdout.writableLength + process.stderr.writableLength > 0 && performance.now() < deadline) {
    await pause(10);
  }
}
