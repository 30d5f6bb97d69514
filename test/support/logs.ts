import { type Logger, pino } from 'pino';

/** A log of which nothing is wanted. */
export const silentLog: Logger = pino({ level: 'silent' });

export interface LoggedLine {
  readonly level: string;
  readonly message: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into details of every shape
  readonly details: Record<string, any>;
}

/** A log that keeps what it is given, and what it would write of it. */
export interface CapturedLog {
  readonly log: Logger;
  readonly lines: readonly LoggedLine[];
  /** The messages of its lines; those of one level, if a level is given. */
  messages(level?: 'debug' | 'info' | 'warn' | 'error'): string[];
  /** What it would write, as text. */
  text(): string;
  /** Forgets what it has kept. */
  clear(): void;
}

/** @param level the lowest level that is kept */
export function captureLog(level: 'debug' | 'info' | 'warn' | 'error' = 'debug'): CapturedLog {
  const lines: LoggedLine[] = [];
  const written: string[] = [];
  const log = pino(
    {
      level,
      hooks: {
        logMethod(given, write, number) {
          const [first, second] = given as [unknown, unknown];
          const [details, message] = typeof first === 'string' ? [{}, first] : [first, second];
          lines.push({
            level: pino.levels.labels[number] ?? String(number),
            message: String(message ?? ''),
            details: { ...(details as object) },
          });
          write.apply(this, given);
        },
      },
    },
    { write: (text: string) => void written.push(text) },
  );
  return {
    log,
    lines,
    messages: (wanted) =>
      lines.filter((line) => wanted === undefined || line.level === wanted).map(({ message }) => message),
    text: () => written.join(''),
    clear() {
      lines.length = 0;
      written.length = 0;
    },
  };
}
