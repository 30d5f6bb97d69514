import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { complete } from '../../../src/domain/coincidence/complete.js';
import { coincidenceRate, measuredFalseAlarm } from '../../../src/domain/measured-false-alarm.js';
import { addDuration, parseUtc, seconds } from '../../../src/domain/time.js';
import { type Trigger, triggers } from '../../support/poisson.js';
import { createRandom } from '../../support/random.js';

const WINDOW = seconds(10);
const WEEK = 604_800;
const OTHERS = ['SNO+', 'LVD', 'KamLAND', 'Super-K', 'IceCube', 'HALO'];

/** Observations of each detector. */
const SEEN = new Map([
  ['JUNO', 5],
  ['DUNE', 4],
  ['HALO', 2_592],
]);

describe('the measured false alarm rate', () => {
  test('of two detectors is what the two orders in which they can trigger give', () => {
    // λ₁(1 − e^−λ₂δt) + λ₂(1 − e^−λ₁δt) with λ₁ = 0.1 and λ₂ = 0.2: 0.1 · 0.8646647 + 0.2 · 0.6321206
    expect(coincidenceRate([0.1, 0.2], 2, WINDOW)).toBeCloseTo(0.212_890_58, 8);
  });

  test('of three of three is what each of them first gives', () => {
    // With p = 1 − e^−λδt = 0.0951626, 0.1812692, 0.2591818: 0.01·p₂p₃ + 0.02·p₁p₃ + 0.03·p₁p₂
    expect(coincidenceRate([0.01, 0.02, 0.03], 3, WINDOW)).toBeCloseTo(0.001_480_61, 8);
  });

  test('of two of three counts three as well', () => {
    // 0.01·(1 − e^−0.5) + 0.02·(1 − e^−0.4) + 0.03·(1 − e^−0.3): somebody of the other two
    expect(coincidenceRate([0.01, 0.02, 0.03], 2, WINDOW)).toBeCloseTo(0.018_303_75, 8);
  });

  test('of more detectors than there are is 0, of one all triggers', () => {
    expect(coincidenceRate([0.1, 0.2], 3, WINDOW)).toBe(0);
    expect(coincidenceRate([0.1, 0.2], 1, WINDOW)).toBeCloseTo(0.3, 12);
  });

  test('of two of eight at the assumed rate is 1.53e-9 Hz, once in 20.70 years', () => {
    // 56 λ²δt, less than a thousandth of which is taken off: 56 · 10 / 604,800²
    const figure = measuredFalseAlarm(['JUNO', 'DUNE', ...OTHERS], 2, WINDOW, { days: 30, byDetector: new Map() });
    expect(figure.rate_hz.toExponential(2)).toBe('1.53e-9');
    expect(figure.mean_years_between.toFixed(2)).toBe('20.70');
    expect(figure).toMatchObject({ detectors_measured: 0, detectors_assumed: 8, days: 30 });
  });

  test('takes the own rate of a detector from five observations in 30 days on', () => {
    const own = measuredFalseAlarm(['JUNO', 'DUNE', 'HALO'], 2, WINDOW, { days: 30, byDetector: SEEN });
    // 30 days are 2,592,000 s.
    const rates = [5 / 2_592_000, 1 / WEEK, 0.001];
    expect(own.rate_hz).toBe(coincidenceRate(rates, 2, WINDOW));
    expect(own).toMatchObject({ detectors_measured: 2, detectors_assumed: 1 });
  });

  test('takes it of the time that a younger server has observed, and none before it has for a day', () => {
    const figureAfter = (days: number) =>
      measuredFalseAlarm(['JUNO', 'DUNE', 'HALO'], 2, WINDOW, { days, byDetector: SEEN });
    // 5 in 2.5 days, 216,000 s; 2,592 in the same: 0.012 Hz.
    expect(figureAfter(2.5)).toMatchObject({ detectors_measured: 2, detectors_assumed: 1, days: 2.5 });
    expect(figureAfter(2.5).rate_hz).toBe(coincidenceRate([5 / 216_000, 1 / WEEK, 0.012], 2, WINDOW));
    expect(figureAfter(1)).toMatchObject({ detectors_measured: 2, days: 1 });
    expect(figureAfter(0.99)).toMatchObject({ detectors_measured: 0, detectors_assumed: 3, days: 0.99 });
    expect(figureAfter(0.99).rate_hz).toBe(coincidenceRate([1 / WEEK, 1 / WEEK, 1 / WEEK], 2, WINDOW));
  });

  test('is the leading term r · C(n, r) · λ^r · δt^(r−1) to its last digits where chance is tiny', () => {
    for (const [n, r, combinations] of [
      [8, 2, 28],
      [20, 5, 15_504],
      [20, 10, 184_756],
      [20, 20, 1],
    ] as const) {
      const rate = 1e-9;
      const leading = r * combinations * rate ** r * 10 ** (r - 1);
      const exact = coincidenceRate(new Array<number>(n).fill(rate), r, WINDOW);
      // The next term is of the order n · λδt = 2e-7.
      expect(exact / leading).toBeCloseTo(1, 6);
    }
  });

  test('rises with every rate, every detector and the window, and falls with the multiplicity', () => {
    const rate = fc.double({ min: 1e-9, max: 0.1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(rate, { minLength: 4, maxLength: 20 }),
        fc.integer({ min: 2, max: 4 }),
        rate,
        (rates, r, more) => {
          const base = coincidenceRate(rates, r, WINDOW);
          const [first = 0, ...rest] = rates;
          expect(base).toBeGreaterThan(0);
          // Rounding may move the last digit where almost nothing is added.
          expect(coincidenceRate([...rates, more], r, WINDOW)).toBeGreaterThanOrEqual(base * (1 - 1e-12));
          expect(coincidenceRate([first + more, ...rest], r, WINDOW)).toBeGreaterThanOrEqual(base * (1 - 1e-12));
          expect(coincidenceRate(rates, r, seconds(20))).toBeGreaterThanOrEqual(base);
          expect(coincidenceRate(rates, r + 1, WINDOW)).toBeLessThanOrEqual(base);
          expect(coincidenceRate(rates.toReversed(), r, WINDOW) / base).toBeCloseTo(1, 9);
        },
      ),
    );
  });
});

const EQUAL = new Array<number>(8).fill(1 / 500);
const UNEQUAL = [1 / 100, 1 / 200, 1 / 400, 1 / 800, 1 / 3_000, 1 / 20_000];
const LOUD = [1 / 30, 1 / 50, 1 / 200, 1 / 400, 1 / 800];
const LOUDER = [1 / 15, 1 / 20, 1 / 100, 1 / 200, 1 / 400];

describe('a Monte Carlo of independent Poisson processes', () => {
  test.each([
    { name: 'eight equal ones', rates: EQUAL, r: 2, count: 100_000 },
    { name: 'eight equal ones', rates: EQUAL, r: 3, count: 500_000 },
    { name: 'six unequal ones', rates: UNEQUAL, r: 2, count: 100_000 },
    { name: 'six unequal ones', rates: UNEQUAL, r: 3, count: 1_000_000 },
    { name: 'five with loud ones', rates: LOUD, r: 3, count: 200_000 },
    { name: 'five with louder ones', rates: LOUDER, r: 4, count: 500_000 },
  ])('triggers of $name that begin a window of $r agree within 5 %', ({ rates, r, count }) => {
    const made = triggers(rates, count, createRandom(20_300_101));
    const found = beginnings(made, rates.length, r);
    expect(found).toBeGreaterThan(2_000);
    const measured = found / (made.at(-1) as Trigger).time;
    expect(measured / coincidenceRate(rates, r, WINDOW)).toBeGreaterThan(0.95);
    expect(measured / coincidenceRate(rates, r, WINDOW)).toBeLessThan(1.05);
  });

  test('the engine `complete` finds as many coincidences where triggers are rare, and fewer where windows overlap', () => {
    const rare = fromEngine(new Array<number>(8).fill(1 / 20_000), 2, 100_000);
    expect(rare.coincidences / rare.beginnings).toBeGreaterThan(0.99);
    expect(rare.coincidences).toBeLessThanOrEqual(rare.beginnings);
    const often = fromEngine(EQUAL, 2, 30_000);
    expect(often.coincidences / often.beginnings).toBeCloseTo(0.93, 2);
    const loud = fromEngine(LOUD, 3, 30_000);
    expect(loud.coincidences / loud.beginnings).toBeCloseTo(0.83, 2);
    // Its alerts of so many rows, an update for each row that is added or replaced among them, are about as many.
    for (const { alerts, beginnings } of [rare, often, loud]) {
      expect(alerts / beginnings).toBeGreaterThan(0.98);
      expect(alerts / beginnings).toBeLessThan(1.02);
    }
  });
});

/** How many triggers have those of `multiplicity` − 1 other detectors or more within the window after them. */
function beginnings(made: readonly Trigger[], detectors: number, multiplicity: number): number {
  const width = 10;
  const inside = new Array<number>(detectors).fill(0);
  let distinct = 0;
  let end = 0;
  let found = 0;
  for (const { detector, time } of made) {
    for (let next = made[end]; next !== undefined && next.time <= time + width; next = made[++end]) {
      if ((inside[next.detector] as number)++ === 0) distinct++;
    }
    if (distinct >= multiplicity) found++;
    if (--(inside[detector] as number) === 0) distinct--;
  }
  return found;
}

/** The same triggers through the engine, in the order in which they happen: sub-groups that reach so many rows. */
function fromEngine(rates: readonly number[], multiplicity: number, count: number) {
  const made = triggers(rates, count, createRandom(7));
  const start = parseUtc('2030-01-01T00:00:00Z');
  const reached = new Set<number>();
  let alerts = 0;
  let state = complete.empty(WINDOW);
  for (const [order, { detector, time }] of made.entries()) {
    const observation = { order, detector: `detector ${detector}`, time: addDuration(start, seconds(time)) };
    const step = complete.apply(state, { kind: 'observe', observation });
    for (const { number, rows } of step.changed) if (rows.length >= multiplicity) reached.add(number);
    alerts += step.alerts.filter(({ rows }) => rows.length >= multiplicity).length;
    state = step.state;
  }
  return { beginnings: beginnings(made, rates.length, multiplicity), coincidences: reached.size, alerts };
}
