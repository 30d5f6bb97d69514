import type { ArchiveCommand, BeatContent, ObserveCommand } from '../../domain/commands.js';
import { type BeatStatus, DAY_MILLISECONDS, healthOf } from '../../domain/heartbeats/health.js';
import { elapsed, fromPosixMilliseconds, inSeconds, toPosixMilliseconds } from '../../domain/time.js';
import * as sql from './heartbeat-statements.js';
import type { Repository, SteadyPulse } from './repository.js';

/** A sign of life of a detector, as it is stored. */
export interface Beat {
  readonly uuid: string;
  readonly detector: string;
  readonly received_at: string;
  readonly status: BeatStatus;
  readonly observed: boolean;
  readonly sent_ns: string | null;
  readonly machine_ns: string | null;
  readonly latency_s: number | null;
}

/** An observation in the live cache: whoever observes is on. */
export function beatOfObservation(command: ObserveCommand, now: Date): Beat {
  return beat(command, { ...command, status: 'ON' }, true, now);
}

/** One, or none: other messages, tests and fire drills say nothing about whether a detector takes data. */
export function beatOfHeartbeat(command: ArchiveCommand, now: Date): Beat[] {
  const { beat: content, detectorName, cache } = command;
  if (content === undefined || detectorName === null || cache !== 'live') return [];
  return [beat({ ...command, detectorName }, content, false, now)];
}

function beat(
  { uuid, detectorName, receivedTime }: Pick<ObserveCommand, 'uuid' | 'detectorName' | 'receivedTime'>,
  { status, sentTime, machineTime }: BeatContent,
  observed: boolean,
  now: Date,
): Beat {
  // The time of a Kafka record is its producer's: one that runs ahead must not keep its detector on for ever.
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

/** Sends heartbeats to be written in the transaction; no statement of it after this waits for a detector. */
export function writeBeats(tx: Repository, beats: readonly Beat[]): void {
  if (beats.length === 0) return;
  tx.send(sql.LOCK_DETECTORS, [[...new Set(beats.map(({ detector }) => detector))]]);
  tx.send(sql.WRITE_HEARTBEATS, [JSON.stringify(beats.map((one, place) => ({ ...one, place })))]);
}

/** Who has been silent since is off, whatever the last heartbeat said. */
export function heardSince(now: Date): Date {
  return new Date(now.getTime() - DAY_MILLISECONDS);
}

/**
 * The detectors that are on, each once, as the false alarm figures count them.
 * @param beating detectors whose heartbeat that says ON is being written
 */
export function detectorsOn(pulses: readonly SteadyPulse[], beating: readonly string[], now: Date): string[] {
  const on = pulses.filter((pulse) => isOn(pulse, now.getTime())).map(({ detector }) => detector);
  return [...new Set([...on, ...beating])];
}

function isOn({ last_ms: lastBeat, first_ms: firstBeat, beats, squares }: SteadyPulse, now: number): boolean {
  return healthOf({ lastBeat, lastStatus: 'ON', firstBeat, beats, squares }, now).status === 'ON';
}
