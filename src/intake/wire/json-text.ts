/**
 * A decoded value as JSON text, with all digits of integers beyond 2^53.
 * @param value as decodeRecord gives it: a tree of JSON values and bigints
 */
export function toJsonText(value: unknown): string {
  // JSON.stringify is many times faster, where it gives the same text.
  return isOrdinary(value) ? JSON.stringify(value) : exactText(value);
}

/** True if JSON.stringify keeps the difference between Python's integers and floats for every number in it. */
function isOrdinary(value: unknown): boolean {
  switch (typeof value) {
    case 'bigint':
      return false;
    case 'number':
      return (
        Number.isFinite(value) && !Object.is(value, -0) && !(Number.isInteger(value) && !Number.isSafeInteger(value))
      );
    case 'object':
      if (value === null) return true;
      if (Array.isArray(value)) return value.every(isOrdinary);
      for (const key in value) if (!isOrdinary((value as Record<string, unknown>)[key])) return false;
      return true;
    default:
      return true;
  }
}

function exactText(value: unknown): string {
  switch (typeof value) {
    case 'bigint':
      return value.toString();
    case 'number':
      return numberText(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? `[${value.map(exactText).join(',')}]` : objectText(value);
    default:
      return JSON.stringify(value);
  }
}

function objectText(object: object): string {
  const members = Object.entries(object).map(([key, value]) => `${JSON.stringify(key)}:${exactText(value)}`);
  return `{${members.join(',')}}`;
}

function numberText(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  // Integers beyond the safe ones are bigints, so a larger number is a float and must not look like an integer.
  return !Number.isInteger(value) || Number.isSafeInteger(value) || text.includes('e') ? text : `${text}.0`;
}
