import { randomUUID } from 'node:crypto';
import type pg from 'pg';

/** A CoincidenceTier message as detectors send it, marked as a test. */
export interface TestObservation {
  readonly uuid: string;
  readonly tier: 'CoincidenceTier';
  readonly detector_name: string;
  readonly neutrino_time_utc: string;
  readonly is_test: true;
  readonly meta: { readonly canary: true };
}

/** Names of the two detectors for which the canary sends observations. */
export async function canaryDetectors(pool: pg.Pool): Promise<readonly [string, string]> {
  const { rows } = await pool.query<{ name: string }>('SELECT name FROM detector ORDER BY id LIMIT 2');
  const [first, second] = rows;
  if (first === undefined || second === undefined) throw new Error('the canary needs two registered detectors');
  return [first.name, second.name];
}

/**
 * Two observations with the current time, which coincide in any window. Their uuids are random, so that nobody can send
 * the same ones first.
 */
export function testCoincidence(detectors: readonly [string, string]): readonly TestObservation[] {
  const neutrino_time_utc = new Date().toISOString();
  return detectors.map((detector_name) => ({
    uuid: randomUUID(),
    tier: 'CoincidenceTier',
    detector_name,
    neutrino_time_utc,
    is_test: true,
    meta: { canary: true },
  }));
}
