const PASSWORD = /^pass(?:word)?$/i;
const MASK = '***';

/**
 * A message in which every password (`pass`, as the collaboration's commands carry it, at any depth) is masked:
 * what is stored and logged. The message itself if it holds none.
 */
export function maskPasswords(value: unknown): unknown {
  if (Array.isArray(value)) {
    const masked = value.map(maskPasswords);
    return masked.some((item, i) => item !== value[i]) ? masked : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const masked = entries.map(([key, child]) => [key, PASSWORD.test(key) ? MASK : maskPasswords(child)] as const);
  return masked.some(([, child], i) => child !== entries[i]?.[1]) ? Object.fromEntries(masked) : value;
}
