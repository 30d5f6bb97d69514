/** HTML that needs no escaping. */
export class Html {
  constructor(readonly source: string) {}
}

type Part = Html | string | readonly Part[];

/** Escapes every part that is not HTML already. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((string, i) => (i === 0 ? string : sourceOf(parts[i - 1] ?? '') + string)).join(''));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function sourceOf(part: Part): string {
  if (part instanceof Html) return part.source;
  if (typeof part === 'string') return part.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
  return part.map(sourceOf).join('');
}
