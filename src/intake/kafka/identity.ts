import { v5 as uuidV5 } from 'uuid';
import type { StreamPartition } from '../../cache/commit/stretch.js';
import { type RecordHeaders, readHopHeaders } from '../wire/hop.js';

/** Namespace of the uuids of records that bring none: made once, never to be changed. */
const RECORD_NAMESPACE = '0f1c8d7e-53d1-4b8e-9d7b-6f6f6a2f7c11';

/** What of a record tells which one it is. */
export interface IdentifiableRecord {
  readonly offset: bigint;
  /** As the broker tells it: the same however often the record is read. */
  readonly timestamp: string;
  /** Known beforehand: the identity of a dead letter. */
  readonly uuid?: string;
  readonly headers: RecordHeaders | undefined;
}

/** What a record is known by when it comes again. */
export interface RecordIdentity {
  readonly uuid: string;
  /** The one that earlier releases gave it, if it brings none: a topic that was made anew had the same ones again. */
  readonly formerUuid?: string;
}

/** By hop's `_id`, which mirrors keep; without it by its place and its timestamp. */
export function identityOf(record: IdentifiableRecord, partition: StreamPartition): RecordIdentity {
  const uuid = readHopHeaders(record.headers).id ?? record.uuid;
  if (uuid !== undefined) return { uuid };
  return {
    uuid: uuidOf([...placeOf(record.offset, partition), record.timestamp]),
    formerUuid: formerUuidOf(record.offset, partition),
  };
}

/** The uuid that earlier releases gave to a record without one. */
export function formerUuidOf(offset: bigint, partition: StreamPartition): string {
  return uuidOf(placeOf(offset, partition));
}

function placeOf(offset: bigint, { cluster, topic, partition }: StreamPartition): readonly unknown[] {
  return [cluster, topic, partition, String(offset)];
}

function uuidOf(place: readonly unknown[]): string {
  return uuidV5(JSON.stringify(place), RECORD_NAMESPACE);
}
