import { describe, expect, test } from 'vitest';
import { OFFICIAL } from '../../src/domain/scenarios/official.js';
import { messagesEndingAt } from '../../src/domain/scenarios/scenario.js';
import { parseUtc } from '../../src/domain/time.js';
import { placeLabels } from '../../src/web/charts/map-labels.js';
import { bandsOf, createScale, ticksOf } from '../../src/web/charts/timeline-layout.js';
import { toCsv, toTabs } from '../../src/web/parts/save.js';
import { agoText, exactText, falseAlarmText, secondsText, spanText } from '../../src/web/parts/words.js';

describe('texts of numbers and times', () => {
  test.each([
    [39.97, '1 per 40 years'],
    [40_000, '1 per 40,000 years'],
    [1, '1 per 1 year'],
    [0.5, '1 per 183 days'],
    [0.0001, '1 per 52.6 minutes'],
    [3_210_000, '1 per 3.21 million years'],
    [2.5e9, '1 per 2.5 billion years'],
    [7e12, '1 per 7 trillion years'],
    [3.2e16, '1 per 3.2 × 10^16 years'],
  ])('a false alarm every %f years', (years, text) => {
    expect(falseAlarmText(years)).toBe(text);
  });

  test.each([
    [0, '0 s'],
    [4.2, '4.2 s'],
    [0.0000005, '< 1 ms'],
    [0.25, '250 ms'],
    [12.34, '12.3 s'],
    [184, '3 min 4 s'],
    [7_260, '2 h 1 min'],
    [-1.5, '−1.5 s'],
  ])('%f s', (seconds, text) => {
    expect(secondsText(seconds)).toBe(text);
  });

  test('a span goes from the earliest to the latest, whatever the order, over a leap second too', () => {
    expect(spanText(['2030-01-01T00:00:05.5Z', '2030-01-01T00:00:00Z', '2030-01-01T00:00:04Z'])).toBe('5.5 s');
    expect(spanText(['2016-12-31T23:59:59Z', '2017-01-01T00:00:00Z'])).toBe('2 s');
  });

  test('times to the nanosecond, and how long ago', () => {
    expect(exactText('2030-01-01T12:34:45.678999123Z')).toBe('2030-01-01 12:34:45.678 999 123');
    const now = Date.UTC(2030, 0, 3);
    expect(agoText(now - 8_000, now)).toBe('8 s ago');
    expect(agoText(now - 3_900_000, now)).toBe('1 h 5 min ago');
    expect(agoText(now + 3_000, now)).toBe('0 s ago');
  });
});

test('tables that are copied or saved run no formula, and keep their cells', () => {
  const rows = [
    ['name', 'p'],
    ['=1+1', '-0.5'],
    ['a,"b"\nc\td', '1e-7'],
  ];
  expect(toCsv(rows)).toBe('name,p\n\'=1+1,-0.5\n"a,""b""\nc\td",1e-7\n');
  expect(toTabs(rows)).toBe('name\tp\n\'=1+1\t-0.5\na,"b" c d\t1e-7\n');
});

test('labels of one place cover neither each other nor the edge', () => {
  const spots = Array.from({ length: 12 }, (_, i) => ({ x: 598, y: 3, text: `detector ${i}` }));
  const boxes = placeLabels(spots, 600, 300).map(({ label }) => label);
  for (const [i, a] of boxes.entries()) {
    expect(a.x - 9).toBeGreaterThanOrEqual(0);
    expect(a.x - 9 + a.width).toBeLessThanOrEqual(600);
    for (const b of boxes.slice(i + 1)) {
      const isApart = Math.abs(a.y - b.y) >= 19 || a.x + a.width <= b.x || b.x + b.width <= a.x;
      expect(isApart).toBe(true);
    }
  }
});

test('a timeline shows whole windows, with round seconds that are the right UTC', () => {
  const row = (neutrino_time_utc: string) => ({ neutrino_time_utc });
  const first = '2016-12-31T23:59:55.250000000Z';
  const tables = [
    { number: 3, rows: [row(first)] },
    { number: 4, rows: [row('2017-01-01T00:00:02.250000000Z')] },
  ];
  const bands = bandsOf(tables as never, first, 10);
  // Eight seconds: one of them is the leap second.
  expect(bands).toEqual([
    { place: 0, number: 3, begins: 0, ends: 10 },
    { place: 1, number: 4, begins: 8, ends: 18 },
  ]);
  const scale = createScale([{ delta: 0 }, { delta: 8 }] as never, bands, 1200);
  expect(scale.x(0)).toBeGreaterThan(scale.left);
  expect(scale.x(18)).toBeLessThan(1200);
  const ticks = ticksOf(scale, first);
  expect(ticks.find(({ seconds }) => seconds === 6)?.utc).toBe('00:00:00.2');
  expect(ticks.map(({ seconds }) => seconds)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16]);
});

test.each(OFFICIAL)('a drill of “$name” keeps its gaps and ends where it is told', (scenario) => {
  const end = parseUtc('2026-11-25T02:00:00.123456789Z');
  const messages = messagesEndingAt(scenario, end);
  const times = messages.map(({ neutrino_time_utc }) => parseUtc(neutrino_time_utc));
  const planned = scenario.observations.map(([, time]) => parseUtc(time));
  const last = (all: readonly bigint[]) => all.reduce((a, b) => (a > b ? a : b));
  expect(last(times)).toBe(end);
  expect(times.map((time) => last(times) - time)).toEqual(planned.map((time) => last(planned) - time));
});
