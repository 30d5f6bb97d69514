import type { Destination } from '../domain/views.js';

/** A way out: streams of server-sent events, Kafka, or what tells people. */
export type Way = 'sse' | Destination;

/** Alerts that went out together. Times in POSIX milliseconds. */
export interface Delivered {
  readonly way: Way;
  /** The alerts' ids. */
  readonly alerts: readonly string[];
  /** When the try that was successful began. */
  readonly startedAt: number;
  /** When the other side had taken them; streams: when they were handed to the network. */
  readonly deliveredAt: number;
}

/** Is told how alerts fare on their ways out; must be quick and must not throw. */
export interface DeliveryObserver {
  onDelivered(delivered: Delivered): void;
  /** A try failed. @param isLast it is given up */
  onFailed(way: Way, isLast: boolean): void;
}

/** Tells nobody. */
export const UNOBSERVED: DeliveryObserver = { onDelivered: () => undefined, onFailed: () => undefined };
