import { expect, test } from 'vitest';
import { Restarts } from '../../../../src/intake/kafka/restarts.js';

test('waits between crashes grow to ten seconds, and begin anew after a calm minute', () => {
  let now = 0;
  const restarts = new Restarts(
    () => now,
    () => 1,
  );
  const waits = Array.from({ length: 7 }, () => restarts.crashed());
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  now = 60_001;
  expect(restarts.crashed()).toBe(500);
});
