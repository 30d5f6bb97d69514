import type { Destination } from '../domain/views.js';

/** An output: streams of server-sent events, Kafka, or a sink for people. */
export type AlertOutput = 'sse' | Destination;

/** Alerts that were sent together. Times in POSIX milliseconds. */
export interface Delivered {
  readonly output: AlertOutput;
  /** The alerts' ids. */
  readonly alerts: readonly string[];
  /** When the try that was successful began. */
  readonly startedAt: number;
  /** When the other side had taken them; for streams, when they were handed to the network. */
  readonly deliveredAt: number;
}

/** Is told of delivered and failed alerts. Must be quick and must not throw. */
export interface DeliveryObserver {
  onDelivered(delivered: Delivered): void;
  /** A try failed. @param isLast the delivery has failed for good */
  onFailed(output: AlertOutput, isLast: boolean): void;
}

/** Does nothing. */
export const UNOBSERVED: DeliveryObserver = { onDelivered: () => undefined, onFailed: () => undefined };
