import { userInfo } from 'node:os';

/** The user who runs the command, for the audit log. */
export function operator(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user may have no name.
    return `uid ${process.getuid?.()}`;
  }
}
