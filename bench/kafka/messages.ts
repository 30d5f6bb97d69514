import { randomUUID } from 'node:crypto';
import type { IHeaders } from 'kafkajs';
import { ADMIN_PASSWORD } from '../../test/support/kafka/index.js';
import { pickled } from './pickle.js';

/** A record as a client of the collaboration writes it. */
export interface Written {
  readonly value: Buffer;
  readonly headers: IHeaders;
}

const HALF_A_DAY_MILLISECONDS = 12 * 3_600_000;
const BEGIN = Date.now() - HALF_A_DAY_MILLISECONDS;

/**
 * An observation as snews_pt sends it: snews_cs takes nothing but pickles.
 * @param seconds of the neutrino time, since half a day ago
 */
export function observationRecord(detector_name: string, seconds: number, isTest = false): Written {
  const fields = {
    id: `${detector_name}_CoincidenceTier_None`,
    uuid: randomUUID(),
    tier: 'CoincidenceTier',
    sent_time_utc: new Date().toISOString(),
    machine_time_utc: null,
    is_pre_sn: false,
    is_test: isTest,
    is_firedrill: false,
    meta: null,
    schema_version: '0.2',
    detector_name,
    p_val: 0.02,
    neutrino_time_utc: `${timeText(seconds)}Z`,
  };
  return record('blob', pickled('CoincidenceTierMessage', fields));
}

/** As it stands in messages and alerts: UTC to the millisecond. @param seconds since half a day ago */
export function timeText(seconds: number): string {
  return new Date(BEGIN + seconds * 1000).toISOString().slice(0, -1);
}

/** Empties the live cache. */
export function resetRecord(): Written {
  const command = { _id: '0_hard-reset', pass: ADMIN_PASSWORD, detector_name: 'JUNO', is_test: false, meta: {} };
  return record('json', Buffer.from(JSON.stringify(command)));
}

function record(format: string, value: Buffer): Written {
  const headers = {
    _id: Buffer.from(randomUUID().replaceAll('-', ''), 'hex'),
    _sender: Buffer.from('bench'),
    _format: Buffer.from(format),
  };
  return { value, headers };
}
