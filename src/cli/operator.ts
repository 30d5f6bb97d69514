import { userInfo } from 'node:os';

/** Who works on the database at this machine, for the record. */
export function operator(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user may have no name.
    return `uid ${process.getuid?.()}`;
  }
}
