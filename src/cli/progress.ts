import { MultiBar, Presets } from 'cli-progress';
import { paintFor, type Terminal, writeLine } from './terminal.js';

/** The progress of long work: a bar on a terminal, otherwise a line at intervals. */
export interface ProgressDisplay {
  advanceTo(done: number): void;
  /** Prints a line of the result or a message above the bar. */
  printLine(text: string, to?: 'out' | 'err'): void;
  stop(): void;
}

const LOG_INTERVAL_MS = 5_000;
const MOMENT_MS = 1_000;
/** Commands: reading the clock for each of them would take much of the time. */
const UPDATE_EVERY = 500;

/** @param total undefined if it is not known */
export function createProgress(terminal: Terminal, total: number | undefined, unit: string): ProgressDisplay {
  return terminal.err.isTTY === true ? createBar(terminal, total, unit) : createLog(terminal, total, unit);
}

/**
 * Shows the progress of work on the history of caches. Work that takes less than a second shows no progress.
 * @param work calls `next` with a description of each part; `next` returns the function that reports its progress
 */
export async function withHistoryProgress<T>(
  terminal: Terminal,
  work: (next: (description: string) => (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  let shown: ProgressDisplay | undefined;
  const stop = () => {
    shown?.stop();
    shown = undefined;
  };
  const next = (description: string) => {
    stop();
    writeLine(terminal.err, description);
    const visibleFrom = Date.now() + MOMENT_MS;
    return (done: number, total: number) => {
      if (done % UPDATE_EVERY !== 0 || Date.now() < visibleFrom) return;
      shown ??= createProgress(terminal, total, 'commands');
      shown.advanceTo(done);
    };
  };
  try {
    return await work(next);
  } finally {
    stop();
  }
}

function createBar({ out, err, env }: Terminal, total: number | undefined, unit: string): ProgressDisplay {
  const paint = paintFor(err, env);
  const bars = new MultiBar(
    {
      stream: err,
      format:
        total === undefined
          ? `{value} ${unit} · {duration_formatted}`
          : `${paint('cyan', '{bar}')} {value}/{total} ${unit} · {duration_formatted}, {eta_formatted} left`,
      hideCursor: true,
      clearOnComplete: true,
      // The commands themselves handle Ctrl-C.
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  const bar = bars.create(total ?? 0, 0);
  return {
    advanceTo: (done) => bar.update(done),
    printLine(text, to = 'out') {
      // Output that is not on the terminal of the bar is written at once.
      if (to === 'out' && out.isTTY !== true) writeLine(out, text);
      else bars.log(`${text}\n`);
    },
    stop() {
      // Writes the lines that were printed since the last redraw.
      bars.update();
      bars.stop();
    },
  };
}

function createLog({ out, err }: Terminal, total: number | undefined, unit: string): ProgressDisplay {
  let done = 0;
  const of = total === undefined ? '' : ` of ${total}`;
  const timer = setInterval(() => writeLine(err, `${done}${of} ${unit}`), LOG_INTERVAL_MS);
  return {
    advanceTo: (reached) => {
      done = reached;
    },
    printLine: (text, to = 'out') => writeLine(to === 'out' ? out : err, text),
    stop: () => clearInterval(timer),
  };
}
