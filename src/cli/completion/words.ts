import type { Command, Option } from 'commander';

/** The words that can follow a command. */
export interface CompletionPlace {
  /** `keys create`; empty for the program itself. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly options: readonly OptionWord[];
  /** Of its first argument. */
  readonly choices: readonly string[];
}

interface Word {
  readonly name: string;
  readonly description: string;
}

interface OptionWord extends Word {
  readonly takesValue: boolean;
  /** The values that it accepts; empty: any. */
  readonly choices: readonly string[];
}

/** Every visible command of the program, and the words that can follow it. */
export function placesOf(program: Command): readonly CompletionPlace[] {
  const places: CompletionPlace[] = [];
  const visit = (command: Command, path: string): void => {
    const commands = command.createHelp().visibleCommands(command);
    places.push({
      path,
      commands: commands.map((child) => ({ name: child.name(), description: child.description() })),
      options: command.createHelp().visibleOptions(command).map(optionWord),
      choices: command.registeredArguments[0]?.argChoices ?? [],
    });
    for (const child of commands) if (child.name() !== 'help') visit(child, `${path} ${child.name()}`.trim());
  };
  visit(program, '');
  return places;
}

function optionWord(option: Option): OptionWord {
  return {
    name: option.long ?? option.short ?? '',
    description: option.description,
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
  };
}
