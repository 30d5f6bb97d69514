import { expect, it } from 'vitest';
import { portionAfter } from '../../../src/reads/portion.js';

it('grows while items are small, and shrinks to what fits where they are large', () => {
  expect(portionAfter({ items: 50, records: 50, bytes: 20_000 })).toBe(100);
  expect(portionAfter({ items: 200, records: 200, bytes: 80_000 })).toBe(200);
  // Tables of twenty rows.
  expect(portionAfter({ items: 50, records: 1_000, bytes: 400_000 })).toBe(10);
  expect(portionAfter({ items: 2, records: 2, bytes: 600_000 })).toBe(2);
  expect(portionAfter({ items: 1, records: 20, bytes: 5_000_000 })).toBe(1);
});
