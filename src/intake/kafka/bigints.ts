/** True if a decoded value holds an integer that a number can't represent exactly. */
export function hasBigint(value: unknown): boolean {
  if (typeof value === 'bigint') return true;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasBigint);
  for (const key in value) if (hasBigint((value as Record<string, unknown>)[key])) return true;
  return false;
}

/** The value with numbers in place of bigints, to validate a message. The message is stored with all its digits. */
export function withoutBigints<Value>(value: Value): Value {
  if (!hasBigint(value)) return value;
  if (typeof value === 'bigint') return Number(value) as Value;
  if (Array.isArray(value)) return value.map(withoutBigints) as Value;
  return Object.fromEntries(
    Object.entries(value as object).map(([key, child]) => [key, withoutBigints(child)]),
  ) as Value;
}
