/** PostgreSQL cannot store NUL in text, and a lone surrogate has no UTF-8 encoding. */
const UNFIT = /[\0\p{Surrogate}]/u;

const EACH_UNFIT = new RegExp(UNFIT, 'gu');

/** Replaces each character that cannot be stored with U+FFFD. */
export function toFitText(text: string): string {
  return text.replace(EACH_UNFIT, '\uFFFD');
}

export function isFitText(text: string): boolean {
  return !UNFIT.test(text);
}

/** @returns the path to a string or key that cannot be stored; undefined if there is none */
export function findUnfitText(value: unknown): readonly PropertyKey[] | undefined {
  const open: { readonly value: unknown; readonly path: readonly PropertyKey[] }[] = [{ value, path: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: found, path } = next;
    if (typeof found === 'string' && !isFitText(found)) return path;
    if (typeof found !== 'object' || found === null) continue;
    for (const [key, child] of Object.entries(found)) {
      if (!isFitText(key)) return path;
      open.push({ value: child, path: [...path, key] });
    }
  }
  return undefined;
}
