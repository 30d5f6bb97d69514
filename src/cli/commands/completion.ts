import { Argument, type Command } from 'commander';
import { bashCompletion, zshCompletion } from '../completion/bash.js';
import { fishCompletion } from '../completion/fish.js';
import { placesOf } from '../completion/words.js';
import type { CommandContext } from '../context.js';
import { withJsonOption } from '../server.js';
import { toJson } from '../terminal.js';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };
type Shell = keyof typeof SCRIPTS;

const HELP = `
Prints a script with which the shell completes commands, options and their values.

Examples:
  $ source <(snews completion bash)
  $ snews completion bash > /etc/bash_completion.d/snews
  $ snews completion zsh >> ~/.zshrc
  $ snews completion fish > ~/.config/fish/completions/snews.fish`;

export function addCompletion(program: Command, { terminal }: CommandContext): void {
  const command = program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SCRIPTS)))
    .addHelpText('after', HELP)
    .action((shell: Shell, { json }: { json?: boolean }) => {
      const script = SCRIPTS[shell](placesOf(program));
      terminal.out.write(json === true ? `${toJson({ shell, script })}\n` : script);
    });
  withJsonOption(command);
}
