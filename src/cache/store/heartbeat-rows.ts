import type { ArchiveCommand, HeartbeatContent, ObserveCommand } from '../../domain/commands.js';
import { DAY_MILLISECONDS, type HeartbeatStatus, healthOf } from '../../domain/heartbeats/health.js';
import { elapsed, fromPosixMilliseconds, inSeconds, toPosixMilliseconds } from '../../domain/time.js';
import * as sql from './heartbeat-statements.js';
import type { Repository, SteadyPulse } from './repository.js';

/** A heartbeat as it is stored. */
export interface HeartbeatRecord {
  readonly uuid: string;
  readonly detector: string;
  readonly received_at: string;
  readonly status: HeartbeatStatus;
  readonly observed: boolean;
  readonly sent_ns: string | null;
  readonly machine_ns: string | null;
  readonly latency_s: number | null;
}

/** The heartbeat of an observation in the live cache: a detector that observes is on. */
export function heartbeatOfObservation(command: ObserveCommand, now: Date): HeartbeatRecord {
  return recordOf(command, { ...command, status: 'ON' }, true, now);
}

/** The heartbeat of a message, if it is one. Other messages, tests and fire drills do not tell whether a detector takes data. */
export function heartbeatOfMessage(command: ArchiveCommand, now: Date): HeartbeatRecord[] {
  const { heartbeat: content, detectorName, cache } = command;
  if (content === undefined || detectorName === null || cache !== 'live') return [];
  return [recordOf({ ...command, detectorName }, content, false, now)];
}

function recordOf(
  { uuid, detectorName, receivedTime }: Pick<ObserveCommand, 'uuid' | 'detectorName' | 'receivedTime'>,
  { status, sentTime, machineTime }: HeartbeatContent,
  observed: boolean,
  now: Date,
): HeartbeatRecord {
  // The producer sets the time of a Kafka record. A clock that is ahead must not keep its detector on for ever.
  const receivedMs = Math.min(toPosixMilliseconds(receivedTime), now.getTime());
  return {
    uuid,
    detector: detectorName,
    received_at: new Date(receivedMs).toISOString(),
    status,
    observed,
    sent_ns: sentTime?.toString() ?? null,
    machine_ns: machineTime?.toString() ?? null,
    latency_s: sentTime === null ? null : inSeconds(elapsed(sentTime, fromPosixMilliseconds(receivedMs))),
  };
}

/** Sends the statements that write heartbeats. Later statements of the transaction wait for no detector. */
export function writeHeartbeats(tx: Repository, heartbeats: readonly HeartbeatRecord[]): void {
  if (heartbeats.length === 0) return;
  tx.send(sql.LOCK_DETECTORS, [[...new Set(heartbeats.map(({ detector }) => detector))]]);
  tx.send(sql.WRITE_HEARTBEATS, [JSON.stringify(heartbeats.map((one, place) => ({ ...one, place })))]);
}

/** Detectors that have sent no heartbeat since then are off, whatever the last one said. */
export function heardSince(now: Date): Date {
  return new Date(now.getTime() - DAY_MILLISECONDS);
}

/**
 * The detectors that are on, each once, as the false alarm figures count them.
 * @param beating detectors whose heartbeats with status ON are being written
 */
export function detectorsOn(pulses: readonly SteadyPulse[], beating: readonly string[], now: Date): string[] {
  const on = pulses.filter((pulse) => isOn(pulse, now.getTime())).map(({ detector }) => detector);
  return [...new Set([...on, ...beating])];
}

function isOn({ last_ms, first_ms, heartbeats, squares }: SteadyPulse, now: number): boolean {
  const sums = { lastHeartbeat: last_ms, firstHeartbeat: first_ms, heartbeats, squares };
  return healthOf({ ...sums, lastStatus: 'ON' }, now).status === 'ON';
}
