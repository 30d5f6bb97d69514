import type { HeartbeatStatus, UsualInterval } from '../domain/heartbeats/health.js';

/** The heartbeats of a detector in a period, as a picture shows them. */
export interface HeartbeatSeries {
  readonly detector: string;
  /** POSIX milliseconds, both ends included. */
  readonly from: number;
  readonly to: number;
  /** The number of heartbeats in the period. */
  readonly total: number;
  /** Mean and standard deviation of the intervals in the period, in seconds; null with fewer than two. */
  readonly intervals: UsualInterval | null;
  /** All heartbeats in order; if there are too many to draw, only the extremes of every `thinnedTo` seconds. */
  readonly points: readonly SeriesPoint[];
  /** In seconds; null: `points` contains every heartbeat. */
  readonly thinnedTo: number | null;
}

/** One heartbeat. */
export interface SeriesPoint {
  /** When it was received, in POSIX milliseconds. */
  readonly received: number;
  readonly status: HeartbeatStatus;
  /** Seconds since the previous heartbeat; null if that lies outside the period. */
  readonly interval: number | null;
  /** Seconds from sending to receipt; null without a time of sending. */
  readonly latency: number | null;
}
