/** NUL can't be stored as text by PostgreSQL, a lone surrogate not as UTF-8 by anybody. */
const UNFIT = /[\0\p{Surrogate}]/u;

const EACH_UNFIT = new RegExp(UNFIT, 'gu');

/** The text with U+FFFD for each character that can't be stored. */
export function toFitText(text: string): string {
  return text.replace(EACH_UNFIT, '\uFFFD');
}

export function isFitText(text: string): boolean {
  return !UNFIT.test(text);
}

/** The path to the first string or key with a NUL character or a lone surrogate, or undefined if all are fit. */
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
