export const ROLES = ['detector', 'reader', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who holds a key, and what the key is for. */
export interface Principal {
  /** The key's id, `configured` for ADMIN_API_KEY: it stands as the source and actor in what is recorded. */
  readonly id: string;
  readonly role: Role;
  /** The detectors that a detector key may write for. */
  readonly detectors: readonly string[];
}

/** True if the key may send messages in this detector's name. */
export function mayWriteFor(principal: Principal, detectorName: string): boolean {
  switch (principal.role) {
    case 'admin':
      return true;
    case 'detector':
      return principal.detectors.includes(detectorName);
    case 'reader':
      return false;
  }
}
