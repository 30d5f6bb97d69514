import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';

/** The properties of a terminal's output beside those of a stream. */
export type TerminalOutput = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
export type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** The input and output of a command: those of the process, or those of a test. */
export interface Terminal {
  /** The result of the command. */
  readonly out: TerminalOutput;
  /** Progress, warnings and errors. */
  readonly err: TerminalOutput;
  readonly input: Input;
  readonly env: NodeJS.ProcessEnv;
  /** Handles Ctrl-C until `release`: the first aborts the signal, the second ends the process. */
  interruption(): Interruption;
}

export interface Interruption {
  readonly signal: AbortSignal;
  release(): void;
}

export function processTerminal(): Terminal {
  return { out: process.stdout, err: process.stderr, input: process.stdin, env: process.env, interruption };
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

function interruption(): Interruption {
  const controller = new AbortController();
  const interrupt = () => controller.abort();
  for (const signal of SIGNALS) process.once(signal, interrupt);
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of SIGNALS) process.off(signal, interrupt);
    },
  };
}

export function writeLine(output: TerminalOutput, text: string): void {
  output.write(`${text}\n`);
}

type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'bold' | 'dim';

/** Colours on a terminal, unless NO_COLOR is set (https://no-color.org). */
export function paintFor(output: TerminalOutput, env: NodeJS.ProcessEnv): (colour: Colour, text: string) => string {
  const isColoured = output.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  // By default Node checks the standard output of the process, not this output.
  return (colour, text) => (isColoured ? styleText(colour, text, { validateStream: false }) : text);
}

/** Text of a server or a file, without characters that control the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}|\p{Cf}/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** JSON with 64-bit integers as text. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));
}

/** Asks a question and returns the typed answer without surrounding blanks. */
export async function ask(terminal: Terminal, question: string): Promise<string> {
  const lines = createInterface({ input: terminal.input, output: terminal.err });
  try {
    return (await lines.question(question)).trim();
  } finally {
    lines.close();
  }
}
