import { v5 as uuidV5 } from 'uuid';
import type { StreamPartition } from '../../cache/commit/stretch.js';
import { type RecordHeaders, readHopHeaders } from '../wire/hop.js';

/** Namespace of the uuids of records that have none. It must never change. */
const RECORD_NAMESPACE = '0f1c8d7e-53d1-4b8e-9d7b-6f6f6a2f7c11';

/** The parts of a record that identify it. */
export interface IdentifiableRecord {
  readonly offset: bigint;
  /** As the broker gives it, the same in every fetch. */
  readonly timestamp: string;
  /** The uuid that the record was given before: that of a dead letter. */
  readonly uuid?: string;
  readonly headers: RecordHeaders | undefined;
}

/** What identifies a record when it arrives again. */
export interface RecordIdentity {
  readonly uuid: string;
  /** The uuid that earlier releases gave it, if it has none. It was not unique: a topic that was made anew repeated it. */
  readonly formerUuid?: string;
}

/** Hop's header `_id`, which mirrors preserve; without it a uuid of the record's place and timestamp. */
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
