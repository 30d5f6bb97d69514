import { expect, inject, test } from 'vitest';
import { runChaos } from '../chaos/run.js';

/** Of each of the parts one: `npm run chaos` lets all happen, for as long as one likes. */
const FAULTS = [
  'a newer release adds a column to every table',
  'PostgreSQL fails over, and the standby is reached before it is promoted',
  'a replica is killed',
  'the brokers are restarted, one after the other',
  'PostgreSQL can not be reached, and nobody says so',
];

test.skipIf(inject('kafkaBrokers') === undefined)(
  'under faults of every part, everything acknowledged takes effect once, and /readyz tells what is so',
  async () => {
    const lines: string[] = [];
    const report = await runChaos({ seed: 1, seconds: 3_600, faults: FAULTS, say: (line) => lines.push(line) });
    expect(report?.violations, lines.join('\n')).toEqual([]);
    expect(report?.faults.length).toBe(FAULTS.length);
    expect(report?.figures.posted).toBeGreaterThan(100);
    expect(report?.figures.streamed).toBeGreaterThan(100);
    expect(report?.figures.alerts).toBeGreaterThan(10);
    expect(report?.figures.deadLetters).toBeGreaterThan(0);
    expect(report?.figures.resets).toBeGreaterThan(0);
  },
  900_000,
);
