import { PassThrough } from 'node:stream';
import { runCli } from '../../src/cli/run.js';
import type { Terminal } from '../../src/cli/terminal.js';

export interface CommandRun {
  /** Resolves with the exit code when the command has ended. */
  readonly exitCode: Promise<number>;
  /** What was written so far. */
  out(): string;
  err(): string;
  /** Resolves when the standard output holds the text. */
  outHas(text: string): Promise<void>;
  /** Ctrl-C. */
  interrupt(): void;
}

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** What is typed, for a command that asks: its input and outputs are a terminal then. */
  readonly typed?: string;
}

/** Starts a command in this process, as its executable does. */
export function startCommand(args: readonly string[], { env = {}, typed }: CommandOptions = {}): CommandRun {
  const controller = new AbortController();
  const [out, err] = [recorder(typed !== undefined), recorder(typed !== undefined)];
  const input = Object.assign(new PassThrough(), { isTTY: typed !== undefined });
  input.end(typed === undefined ? '' : `${typed}\n`);
  const terminal: Terminal = {
    out: out.stream,
    err: err.stream,
    input,
    env,
    interruption: () => ({ signal: controller.signal, release: () => undefined }),
  };
  const exitCode = runCli(args, terminal);
  return {
    exitCode,
    out: out.text,
    err: err.text,
    outHas: out.has,
    interrupt: () => controller.abort(),
  };
}

/** A command's outcome. */
export async function runCommand(args: readonly string[], options: CommandOptions = {}) {
  const run = startCommand(args, options);
  const exitCode = await run.exitCode;
  return { exitCode, out: run.out(), err: run.err() };
}

/** The lines of a command's JSON. */
export function jsonLines(out: string) {
  const lines = out.trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

function recorder(isTTY: boolean) {
  let text = '';
  const stream = Object.assign(new PassThrough(), { isTTY });
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    stream.emit('recorded');
  });
  return {
    stream,
    text: () => text,
    has: async (wanted: string) => {
      while (!text.includes(wanted)) await new Promise((resolve) => stream.once('recorded', resolve));
    },
  };
}
