import type { TestObservation } from './coincidence.js';

/** A path from an input for observations to an output for the alert that they cause. */
export interface Path {
  /** Resolves when observations that are sent will be processed at once. */
  ready(): Promise<void>;
  /** Sends the observations, one after the other. */
  send(observations: readonly TestObservation[]): Promise<void>;
  close(): Promise<void>;
}

export interface PathLog {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}
