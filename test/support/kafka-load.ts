import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel, Partitioners } from 'kafkajs';

/** A message of a script, as it is sent. */
export interface Scripted {
  readonly uuid: string;
  readonly value: string;
  readonly isDrill: boolean;
}

const DETECTORS = ['JUNO', 'DUNE', 'IceCube', 'Super-K', 'SNO+', 'KM3NeT'];
const HOUR_MILLISECONDS = 3_600_000;
/** Between two messages, so that what is done meanwhile falls into the stream. */
const PACE_MILLISECONDS = 5;

/** The detectors of a script's drill, of which each sends one observation. */
export function drillDetectors(messages: number): readonly string[] {
  return Array.from({ length: Math.ceil(messages / 2) }, (_, i) => `Drill-${i}`);
}

/**
 * As many messages as asked for. Half are live: six detectors observe over and over, several of them coincide now and
 * then, one in five withdraws an earlier one. Half are of a drill: one observation of each of its detectors.
 */
export function streamScript(count: number): readonly Scripted[] {
  const begin = Date.now() - 40 * HOUR_MILLISECONDS;
  const drill = drillDetectors(count);
  const live: { readonly uuid: string; readonly detector: string }[] = [];
  return Array.from({ length: count }, (_, i) => {
    const n = Math.floor(i / 2);
    if (i % 2 === 1) {
      // Three in a window on average; neighbours in time come at different times and in different partitions.
      const time = begin + Math.floor(Math.random() * drill.length * 3_300);
      return observation(randomUUID(), drill[n] as string, time, true);
    }
    const uuid = randomUUID();
    const withdrawn = n % 5 === 4 ? live[Math.floor(Math.random() * live.length)] : undefined;
    if (withdrawn !== undefined) return retraction(uuid, withdrawn.detector, withdrawn.uuid);
    const detector = DETECTORS[n % DETECTORS.length] as string;
    live.push({ uuid, detector });
    return observation(uuid, detector, begin + Math.floor(n / 4) * 37_000 + (n % 4) * 2_000, false);
  });
}

function observation(uuid: string, detector_name: string, posixMs: number, isDrill: boolean): Scripted {
  const neutrino_time_utc = new Date(posixMs).toISOString();
  const message = { tier: 'CoincidenceTier', uuid, detector_name, neutrino_time_utc, is_firedrill: isDrill };
  return { uuid, value: JSON.stringify(message), isDrill };
}

function retraction(uuid: string, detector_name: string, retract_message_uuid: string): Scripted {
  const value = JSON.stringify({ tier: 'Retraction', uuid, detector_name, retract_message_uuid });
  return { uuid, value, isDrill: false };
}

export interface PacedProducer {
  /** Writes messages one by one, to one partition after the other. */
  produce(messages: readonly Scripted[]): Promise<void>;
  stop(): Promise<void>;
}

/** A producer that tries again until the broker has each message, and doubles none. */
export async function startProducer(brokers: string, topic: string, partitions: number): Promise<PacedProducer> {
  const kafka = new Kafka({
    brokers: [brokers],
    logLevel: logLevel.NOTHING,
    retry: { retries: 100, maxRetryTime: 1_000 },
  });
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    idempotent: true,
    maxInFlightRequests: 1,
    retry: { retries: Number.MAX_SAFE_INTEGER, maxRetryTime: 1_000 },
  });
  await producer.connect();
  let sent = 0;
  return {
    async produce(messages) {
      for (const { value } of messages) {
        await producer.send({ topic, messages: [{ value, partition: sent++ % partitions }] });
        await pause(PACE_MILLISECONDS);
      }
    },
    stop: () => producer.disconnect(),
  };
}
