const PASSWORD = /^pass(?:word)?$/i;
/** What stands for a password where a message is kept. */
export const PASSWORD_MASK = '***';

/**
 * A message in which every password (`pass`, as the collaboration's commands carry it, at any depth) is masked:
 * what is stored and logged. The message itself if it holds none.
 */
export function maskPasswords(value: unknown): unknown {
  return holdsPassword(value) ? masked(value) : value;
}

function masked(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(masked);
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, PASSWORD.test(key) ? PASSWORD_MASK : masked(child)] as const),
  );
}

/** Hardly any message does: it is worth the look before anything is copied. */
function holdsPassword(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsPassword);
  for (const key in value) {
    if (PASSWORD.test(key) || holdsPassword((value as Record<string, unknown>)[key])) return true;
  }
  return false;
}
