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
