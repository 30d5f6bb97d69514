export const ROLES = ['detector', 'reader', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** The holder of a key, and what the key permits. */
export interface Principal {
  /** The id of the key, or `configured` for ADMIN_API_KEY: the source of messages, and the actor in the audit log. */
  readonly id: string;
  readonly role: Role;
  /** The detectors that a detector key may send for. */
  readonly detectors: readonly string[];
}

/** True if the key may send messages for this detector. */
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
