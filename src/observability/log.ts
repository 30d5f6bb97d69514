import { setTimeout as pause } from 'node:timers/promises';
import { type Logger, pino } from 'pino';

/** Whatever is logged, these are masked; none is logged on purpose. */
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

/** How many bytes may wait for a reader that has stopped reading; what comes then is dropped, and counted. */
const MOST_WAITING = 8 * 1024 * 1024;

/** What a log is written to: the standard output, or a test's. */
export interface LogOutput {
  /** Bytes that were written and that nobody has taken yet. */
  readonly writableLength: number;
  write(text: string): unknown;
}

export interface LogLines {
  write(line: string): void;
  /** Waits until nothing has been logged for a while. */
  quiet(milliseconds: number, patience: number): Promise<void>;
}

/** The service's log on standard output: one JSON object a line; for a person at a terminal, lines to read. */
export async function createLog(level: string): Promise<{ readonly log: Logger; readonly lines: LogLines }> {
  const options = { level, redact: { paths: SECRETS, censor: '***' } };
  const lines = logTo(process.stdout, process.stdout.isTTY ? await readable() : undefined);
  return { log: pino(options, lines), lines };
}

/** In this thread, so that what is printed beside the log stands where it belongs. */
async function readable(): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty');
  return prettyFactory({ ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' });
}

/**
 * Writes lines and never waits: whoever reads the log may be slow, stand still or be gone, and none of that is the
 * service's business.
 */
export function logTo(output: LogOutput, format: (line: string) => string = (line) => line): LogLines {
  let dropped = 0;
  let writtenAt = performance.now();
  return {
    async quiet(milliseconds, patience) {
      const deadline = performance.now() + patience;
      for (;;) {
        const now = performance.now();
        const rest = Math.min(writtenAt + milliseconds, deadline) - now;
        if (rest <= 0) return;
        await pause(rest);
      }
    },
    write(line) {
      writtenAt = performance.now();
      if (output.writableLength > MOST_WAITING) {
        dropped++;
        return;
      }
      if (dropped > 0) {
        const told = { level: pino.levels.values['warn'], time: Date.now(), pid: process.pid, lines: dropped };
        output.write(format(`${JSON.stringify({ ...told, msg: 'log:lines-dropped' })}\n`));
        dropped = 0;
      }
      output.write(format(line));
    },
  };
}

/** Nobody reads the log any more, or its disk is full: the service goes on, and writes again when it can. */
export function outliveReaders(): void {
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
}

/** What was written last is taken by its reader, if it reads at all. */
export async function readersHaveTaken(patience: number): Promise<void> {
  const deadline = performance.now() + patience;
  while (process.stdout.writableLength + process.stderr.writableLength > 0 && performance.now() < deadline) {
    await pause(10);
  }
}
