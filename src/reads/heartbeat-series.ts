import type { BeatStatus, UsualInterval } from '../domain/heartbeats/health.js';

/** The heartbeats of a detector over a stretch of time, as a picture shows them. */
export interface HeartbeatSeries {
  readonly detector: string;
  /** POSIX milliseconds, both ends included. */
  readonly from: number;
  readonly to: number;
  /** Heartbeats in that time. */
  readonly total: number;
  /** Mean and standard deviation of the intervals that lie in that time, in seconds; null with fewer than two. */
  readonly intervals: UsualInterval | null;
  /** All of them in order, or, if they are too many to draw, the extremes of every `thinnedTo`. */
  readonly points: readonly SeriesPoint[];
  /** Seconds; null: every heartbeat is among the points. */
  readonly thinnedTo: number | null;
}

/** One heartbeat. */
export interface SeriesPoint {
  /** When it was received, in POSIX milliseconds. */
  readonly received: number;
  readonly status: BeatStatus;
  /** Seconds since the one before; null where that lies outside. */
  readonly interval: number | null;
  /** Seconds from sent to received; null without a time of sending. */
  readonly latency: number | null;
}
