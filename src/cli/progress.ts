import { MultiBar, Presets } from 'cli-progress';
import { paintFor, type Terminal, writeLine } from './terminal.js';

/** How far a long piece of work is: a bar for whoever looks on, a line now and then for a log. */
export interface ProgressDisplay {
  advanceTo(done: number): void;
  /** Prints a line of the result, or of what is said about it, without disturbing the bar. */
  printLine(text: string, to?: 'out' | 'err'): void;
  stop(): void;
}

const LOG_INTERVAL_MS = 5_000;
const MOMENT_MS = 1_000;
/** Commands: to look at the clock for each would be much of the work. */
const TELL_EVERY = 500;

/** @param total undefined: nobody knows */
export function createProgress(terminal: Terminal, total: number | undefined, unit: string): ProgressDisplay {
  return terminal.err.isTTY === true ? createBar(terminal, total, unit) : createLog(terminal, total, unit);
}

/**
 * Shows how far a cache's history has been gone through. What takes no longer than a moment shows nothing.
 * @param work calls `next` for each piece of it, with what it is, and tells what that gives how far it is
 */
export async function withHistoryProgress<T>(
  terminal: Terminal,
  work: (next: (what: string) => (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  let shown: ProgressDisplay | undefined;
  const stop = () => {
    shown?.stop();
    shown = undefined;
  };
  const next = (what: string) => {
    stop();
    writeLine(terminal.err, what);
    const visibleFrom = Date.now() + MOMENT_MS;
    return (done: number, total: number) => {
      if (done % TELL_EVERY !== 0 || Date.now() < visibleFrom) return;
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
          : `${paint('cyan', '{bar}')} {value}/{total} ${unit} · {duration_formatted}, {eta_formatted} to go`,
      hideCursor: true,
      clearOnComplete: true,
      // Whoever runs the command handles Ctrl-C.
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  const bar = bars.create(total ?? 0, 0);
  return {
    advanceTo: (done) => bar.update(done),
    printLine(text, to = 'out') {
      // What isn't on the bar's screen can be written at once.
      if (to === 'out' && out.isTTY !== true) writeLine(out, text);
      else bars.log(`${text}\n`);
    },
    stop() {
      // Flushes lines that were printed since the last redraw.
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
