import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';

/** What a terminal's output has beside what any stream has. */
export type TerminalOutput = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
export type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** Where a command reads from and writes to: the process's own, or a test's. */
export interface Terminal {
  /** What was asked for. */
  readonly out: TerminalOutput;
  /** What is said about it: progress, warnings, errors. */
  readonly err: TerminalOutput;
  readonly input: Input;
  readonly env: NodeJS.ProcessEnv;
  /** Takes Ctrl-C over until `release`: the first one aborts the signal, the second one ends the process. */
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

/** Colours where they can be seen and nobody minds (https://no-color.org). */
export function paintFor(output: TerminalOutput, env: NodeJS.ProcessEnv): (colour: Colour, text: string) => string {
  const isColoured = output.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  // By itself Node would look at the process's standard output, wherever this goes.
  return (colour, text) => (isColoured ? styleText(colour, text, { validateStream: false }) : text);
}

/** Text from a server or a file, without what could steer the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}|\p{Cf}/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** JSON of whatever a command knows, 64-bit integers as text. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));
}

/** Asks a question; what was typed, without blanks around it. */
export async function ask(terminal: Terminal, question: string): Promise<string> {
  const lines = createInterface({ input: terminal.input, output: terminal.err });
  try {
    return (await lines.question(question)).trim();
  } finally {
    lines.close();
  }
}
