import type { TestObservation } from './coincidence.js';

/** A way in for observations, and out for the alert that they cause. */
export interface Path {
  /** Resolves when what is sent is taken at once. */
  ready(): Promise<void>;
  /** Sends them, one after the other. */
  send(observations: readonly TestObservation[]): Promise<void>;
  close(): Promise<void>;
}

export interface PathLog {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}
