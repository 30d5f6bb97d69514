import type { CompletionPlace } from './words.js';

/** A script for bash, which zsh also reads with `bashcompinit`. If no word matches, file names are completed. */
export function bashCompletion(places: readonly CompletionPlace[]): string {
  const paths = places.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  return `# bash completion of snews: source it, or put it into /etc/bash_completion.d
_snews() {
  local word path= words= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case "\${path:+$path }$word" in
      ${paths.join(' | ')}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path|\${COMP_WORDS[COMP_CWORD-1]}" in
${places.flatMap(valueCases).join('\n')}
    *)
      case "$path" in
${places.map(wordCase).join('\n')}
      esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _snews snews
`;
}

export function zshCompletion(places: readonly CompletionPlace[]): string {
  return `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bashCompletion(places)}`;
}

/** After an option that takes a value only its values are completed. */
function valueCases({ path, options }: CompletionPlace): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ name, choices }) => `    ${quoted(`${path}|${name}`)}) words=${quoted(choices.join(' '))} ;;`);
}

function wordCase({ path, commands, options, choices }: CompletionPlace): string {
  const words = [...commands.map(({ name }) => name), ...choices, ...options.map(({ name }) => name)];
  return `        ${quoted(path)}) words=${quoted(words.join(' '))} ;;`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
