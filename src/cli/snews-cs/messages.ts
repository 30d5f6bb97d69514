import { v5 as uuidV5, validate } from 'uuid';
import type { ArchivedMessage, Json, ObserveCommand } from '../../domain/commands.js';
import { isFitText } from '../../domain/messages/fit-text.js';
import { formatUtc, type Instant, parseUtc, TimeError } from '../../domain/time.js';
import type { DatabaseRow } from './database-file.js';

/** The reason for which a row cannot be imported. */
export class UnreadableRow extends Error {
  override readonly name = 'UnreadableRow';
}

/** For uuids of rows of snews_cs, so that a row always becomes the same message. */
const NAMESPACE = 'b1f0c8ab-6a3f-5c0e-9d0b-4f3c5a7e2d18';
const LONGEST = { detector: 64, id: 256, version: 32, meta: 65_536 };
/** What pandas and Python write for missing values. */
const MISSING = new Set(['', 'None', 'nan', 'NaN', 'NaT', 'null']);

/**
 * The observation of a row of coincidence_tier_archive. snews_cs does not store when it received it. The time it was sent
 * is used, or else the machine time, or else the neutrino time.
 * @throws UnreadableRow
 */
export function observationOf(row: DatabaseRow, source: string): ObserveCommand {
  const detectorName = requiredText(row, 'detector_name', LONGEST.detector);
  const neutrinoTime = requiredTime(row, 'neutrino_time_utc');
  const machineTime = time(row, 'machine_time_utc');
  const sentTime = time(row, 'sent_time_utc');
  const pVal = probability(row['p_val']);
  const messageId = text(row, 'message_id', LONGEST.id);
  const schemaVersion = version(row);
  const meta = metaOf(row);
  const id = messageId ?? `${detectorName}_CoincidenceTier_${machineTime === null ? 'None' : formatUtc(machineTime)}`;
  const identity = [messageId, detectorName, neutrinoTime, pVal, sentTime, machineTime];
  const uuid = messageId !== null && validate(messageId) ? messageId.toLowerCase() : uuidOf('observation', identity);
  const body = {
    tier: 'CoincidenceTier',
    id,
    uuid,
    detector_name: detectorName,
    neutrino_time_utc: formatUtc(neutrinoTime),
    machine_time_utc: machineTime === null ? null : formatUtc(machineTime),
    sent_time_utc: sentTime === null ? null : formatUtc(sentTime),
    p_val: pVal,
    meta,
    schema_version: schemaVersion,
  };
  return {
    kind: 'observe',
    uuid,
    cache: 'live',
    detectorName,
    receivedTime: sentTime ?? machineTime ?? neutrinoTime,
    source,
    body: JSON.stringify(body),
    id,
    neutrinoTime,
    pVal,
    isPreSn: false,
    machineTime,
    sentTime,
    schemaVersion,
    meta,
  };
}

/** The heartbeat of a row of cached_heartbeats. @throws UnreadableRow */
export function heartbeatOf(row: DatabaseRow, source: string): ArchivedMessage {
  const detectorName = requiredText(row, 'detector', LONGEST.detector);
  const receivedTime = requiredTime(row, 'received_time_utc');
  const sentTime = time(row, 'stamped_time_utc');
  const status = statusOf(row['status']);
  const uuid = uuidOf('heartbeat', [detectorName, receivedTime, sentTime, status]);
  const body = {
    tier: 'Heartbeat',
    uuid,
    detector_name: detectorName,
    sent_time_utc: sentTime === null ? null : formatUtc(sentTime),
    detector_status: status,
  };
  return {
    kind: 'archive',
    tier: 'Heartbeat',
    uuid,
    cache: 'live',
    detectorName,
    receivedTime,
    source,
    body: JSON.stringify(body),
    content: JSON.stringify([status, null]),
    heartbeat: { status, machineTime: null, sentTime },
  };
}

/** snews_cs accepts and stores a status in any case. */
function statusOf(value: unknown): 'ON' | 'OFF' {
  const status = typeof value === 'string' ? value.toUpperCase() : value;
  if (status === 'ON' || status === 'OFF') return status;
  throw new UnreadableRow(`status is neither ON nor OFF: ${shown(value)}`);
}

function uuidOf(kind: string, parts: readonly (string | number | bigint | null)[]): string {
  return uuidV5(JSON.stringify([kind, ...parts.map((part) => (part === null ? null : String(part)))]), NAMESPACE);
}

function text(row: DatabaseRow, column: string, longest: number): string | null {
  const value = row[column] ?? null;
  if (value === null) return null;
  if (typeof value !== 'string') throw new UnreadableRow(`${column} is not a text: ${shown(value)}`);
  if (value.length > longest) throw new UnreadableRow(`${column} has more than ${longest} characters`);
  if (!isFitText(value)) throw new UnreadableRow(`${column} contains a NUL character or a lone surrogate`);
  return MISSING.has(value) ? null : value;
}

function requiredText(row: DatabaseRow, column: string, longest: number): string {
  const value = text(row, column, longest);
  if (value === null) throw new UnreadableRow(`${column} is empty`);
  return value;
}

const LONGEST_TIME = 64;

function time(row: DatabaseRow, column: string): Instant | null {
  const value = text(row, column, LONGEST_TIME);
  if (value === null) return null;
  try {
    return parseUtc(value);
  } catch (error) {
    if (error instanceof TimeError) throw new UnreadableRow(`${column}: ${error.message}`);
    throw error;
  }
}

function requiredTime(row: DatabaseRow, column: string): Instant {
  const value = time(row, column);
  if (value === null) throw new UnreadableRow(`${column} is empty`);
  return value;
}

function probability(value: unknown): number | null {
  if (value === null || value === undefined || (typeof value === 'string' && MISSING.has(value))) return null;
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw new UnreadableRow(`p_val is not a probability: ${shown(value)}`);
}

/** The column is REAL, so `0.2` is read as a number. */
function version(row: DatabaseRow): string | null {
  const value = row['schema_version'];
  return typeof value === 'number' ? String(value) : text(row, 'schema_version', LONGEST.version);
}

/** snews_cs writes the Python representation of a dictionary. If it is not JSON, it is kept as text. */
function metaOf(row: DatabaseRow): Json {
  const value = text(row, 'meta', LONGEST.meta);
  if (value === null || value === '{}') return null;
  try {
    const parsed = JSON.parse(value) as Json;
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // It is kept as text, below.
  }
  return { snews_cs_meta: value };
}

function shown(value: unknown): string {
  return value instanceof Uint8Array ? 'bytes' : JSON.stringify(value).slice(0, 40);
}
