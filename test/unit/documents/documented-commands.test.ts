import { Command } from 'commander';
import { expect, it } from 'vitest';
import { buildProgram } from '../../../src/cli/program.js';
import { processTerminal } from '../../../src/cli/terminal.js';
import { inlineCommands } from '../../support/documents.js';

/** `help` comes with commander; FILE, NAME and such stand for arguments. */
const IS_PLACEHOLDER = /^(help|[A-Z…].*)$/;

/** What of a documented command line isn't there: commands and options by name; the rest are arguments. */
function unknownIn(program: Command, words: readonly string[]): readonly string[] {
  let command = program;
  const unknown: string[] = [];
  for (const word of words) {
    if (word.startsWith('--')) {
      const known = ['--help', '--version', ...command.options.map(({ long }) => long)];
      if (!known.includes(word)) unknown.push(word);
    } else if (command.commands.length > 0 && !IS_PLACEHOLDER.test(word)) {
      const meant = word.split('|').map((name) => command.commands.find((one) => one.name() === name) ?? name);
      unknown.push(...meant.filter((one) => typeof one === 'string'));
      command = meant.find((one) => one instanceof Command) ?? new Command();
    }
  }
  return unknown;
}

const program = () => buildProgram({ terminal: processTerminal(), end: () => undefined, worksWith: () => undefined });

it('every command that the documents name is there, with the options that they name', async () => {
  const commands = await inlineCommands();
  expect(commands.length).toBeGreaterThan(30);
  const wrong = commands.map(
    ({ document, words }) => [document, words.join(' '), unknownIn(program(), words)] as const,
  );
  expect(wrong.filter(([, , unknown]) => unknown.length > 0)).toEqual([]);
});

it.each([
  ['keys create --detectors Super-K', ['--detectors']],
  ['deliveries list|repeat', ['repeat']],
  ['restart', ['restart']],
])('finds what is wrong with "snews %s"', (line, unknown) => {
  expect(unknownIn(program(), line.split(' '))).toEqual(unknown);
});
