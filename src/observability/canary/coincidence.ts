import { randomUUID } from 'node:crypto';
import type pg from 'pg';

/** A CoincidenceTier message, as detectors send it. */
export interface TestObservation {
  readonly uuid: string;
  readonly tier: 'CoincidenceTier';
  readonly detector_name: string;
  readonly neutrino_time_utc: string;
  readonly is_test: true;
  readonly meta: { readonly canary: true };
}

/** Two detectors that the canary's tables know. */
export async function singers(pool: pg.Pool): Promise<readonly [string, string]> {
  const { rows } = await pool.query<{ name: string }>('SELECT name FROM detector ORDER BY id LIMIT 2');
  const [first, second] = rows;
  if (first === undefined || second === undefined) throw new Error('there are no two detectors for a coincidence');
  return [first.name, second.name];
}

/** Two observations of now that coincide, whatever the window is. Nobody can guess their uuids before they are sent. */
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
