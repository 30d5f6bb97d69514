import { cacheOf } from '../cache-name.js';
import type { ArchivedMessage, ArchivedTier, ObserveCommand, RetractCommand, RetractionTarget } from '../commands.js';
import { formatUtc, type Instant } from '../time.js';
import type { CoincidenceTier, Heartbeat, Retraction, SignificanceTier, TimingTier } from './tiers.js';

/** How a message arrived, independent of its content. */
export interface MessageArrival {
  readonly receivedTime: Instant;
  /** Origin of the message: the id of an API key, or the position of a Kafka record. */
  readonly source: string;
  /** The received message as JSON text, with passwords masked. */
  readonly body: string;
  /** Identity of the message if it contains no uuid. */
  readonly uuid: string;
  /** Identity that earlier releases would have assigned to it. */
  readonly formerUuid?: string;
}

type AnyMessage = CoincidenceTier | Retraction | Heartbeat | TimingTier | SignificanceTier;

function common(message: AnyMessage, arrival: MessageArrival) {
  return {
    uuid: message.uuid ?? arrival.uuid,
    ...(message.uuid === undefined && arrival.formerUuid !== undefined ? { formerUuid: arrival.formerUuid } : {}),
    cache: cacheOf({ is_test: message.is_test ?? false, is_firedrill: message.is_firedrill ?? false }),
    detectorName: message.detector_name,
    receivedTime: arrival.receivedTime,
    source: arrival.source,
    body: arrival.body,
  };
}

export function observeCommand(message: CoincidenceTier, arrival: MessageArrival): ObserveCommand {
  const machineTime = message.machine_time_utc ?? null;
  return {
    kind: 'observe',
    ...common(message, arrival),
    id: message.id ?? messageId(message.detector_name, machineTime),
    neutrinoTime: message.neutrino_time_utc,
    pVal: message.p_val ?? null,
    isPreSn: message.is_pre_sn ?? false,
    machineTime,
    sentTime: message.sent_time_utc ?? null,
    schemaVersion: message.schema_version ?? null,
    meta: message.meta ?? null,
  };
}

/** The id that snews_pt would assign. */
function messageId(detectorName: string, machineTime: Instant | null): string {
  return `${detectorName}_CoincidenceTier_${machineTime === null ? 'None' : formatUtc(machineTime)}`;
}

export function retractCommand(message: Retraction, arrival: MessageArrival): RetractCommand {
  return { kind: 'retract', ...common(message, arrival), target: retractionTarget(message) };
}

function retractionTarget({ retract_latest_n: latest, retract_message_uuid: uuid }: Retraction): RetractionTarget {
  if (typeof latest === 'number') return { latest };
  if (typeof uuid === 'string') return { uuid };
  throw new TypeError('a retraction without a target passed its schema');
}

export function heartbeatCommand(message: Heartbeat, arrival: MessageArrival): ArchivedMessage {
  const heartbeat = {
    status: message.detector_status,
    machineTime: message.machine_time_utc ?? null,
    sentTime: message.sent_time_utc ?? null,
  };
  return { ...archive('Heartbeat', message, arrival, [heartbeat.status, message.machine_time_utc]), heartbeat };
}

export function timingCommand(message: TimingTier, arrival: MessageArrival): ArchivedMessage {
  return archive('TimingTier', message, arrival, [
    message.neutrino_time_utc,
    message.start_time_utc,
    message.time_bin_width_ns,
    message.background_rate_Hz,
    message.detection_channel,
    message.p_val,
    message.timing_series,
  ]);
}

export function significanceCommand(message: SignificanceTier, arrival: MessageArrival): ArchivedMessage {
  return archive('SignificanceTier', message, arrival, [message.p_val, message.t_bin_width_sec, message.p_values]);
}

/** @param content the values that must be equal in messages with the same uuid; absent values count as null */
function archive(
  tier: ArchivedTier,
  message: Heartbeat | TimingTier | SignificanceTier,
  arrival: MessageArrival,
  content: readonly unknown[],
): ArchivedMessage {
  const text = JSON.stringify(content, (_key, value) => (typeof value === 'bigint' ? String(value) : (value ?? null)));
  return { kind: 'archive', ...common(message, arrival), tier, content: text };
}
