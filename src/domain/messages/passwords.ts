const PASSWORD = /^pass(?:word)?$/i;
/** Replaces a password in stored messages. */
export const PASSWORD_MASK = '***';

/**
 * Masks every password in a message, at any depth, for storage and logs. The collaboration's commands carry it as `pass`.
 * @returns a copy; the message itself if it contains no password
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

/** Checked first, because hardly any message contains a password and copying is expensive. */
function holdsPassword(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsPassword);
  for (const key in value) {
    if (PASSWORD.test(key) || holdsPassword((value as Record<string, unknown>)[key])) return true;
  }
  return false;
}
