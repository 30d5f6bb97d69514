import type { CompletionPlace } from './words.js';

/** A script for fish, with a description of each word. */
export function fishCompletion(places: readonly CompletionPlace[]): string {
  const paths = places.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  return `# fish completion of snews: put it into ~/.config/fish/completions/snews.fish
function __snews_path
    set -l path
    for word in (commandline -opc)[2..-1]
        switch "$path $word"
            case ${paths.map((path) => `${path.slice(0, 1)} ${path.slice(1)}`).join(' ')}
                set path "$path $word"
        end
    end
    string trim "$path"
end
function __snews_at
    test "$(__snews_path)" = "$argv"
end
${places.flatMap(linesOf).join('\n')}
`;
}

function linesOf({ path, commands, options, choices }: CompletionPlace): string[] {
  const at = `complete -c snews -n ${quoted(`__snews_at ${path}`.trim())}`;
  return [
    ...commands.map(({ name, description }) => `${at} -f -a ${name} -d ${quoted(description)}`),
    ...(choices.length === 0 ? [] : [`${at} -f -a ${quoted(choices.join(' '))}`]),
    ...options.map(({ name, description, takesValue, choices: values }) => {
      const value = values.length > 0 ? ` -x -a ${quoted(values.join(' '))}` : takesValue ? ' -r' : '';
      return `${at} -l ${name.replace(/^--/, '')}${value} -d ${quoted(description)}`;
    }),
  ];
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
