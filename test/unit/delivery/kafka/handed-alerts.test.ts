import { describe, expect, test } from 'vitest';
import { HandedAlerts } from '../../../../src/delivery/kafka/handed-alerts.js';

function alerts(...sequences: number[]) {
  return sequences.map((sequence) => ({ id: `alert ${sequence}`, sequence, payload: '{}' }));
}

function handing(...commits: number[][]): HandedAlerts {
  const handed = new HandedAlerts();
  for (const commit of commits) handed.take(alerts(...commit));
  return handed;
}

describe('alerts that a commit hands to the publisher', () => {
  test('follow the last published one, in order, of several commits', () => {
    expect(handing([5, 6], [7]).after(4, 10)).toEqual(alerts(5, 6, 7));
  });

  test('are no more than asked for, and the rest is there afterwards', () => {
    const handed = handing([5, 6, 7]);
    expect(handed.after(4, 2)).toEqual(alerts(5, 6));
    expect(handed.after(6, 2)).toEqual(alerts(7));
    expect(handed.after(7, 2)).toEqual([]);
  });

  test('that were published meanwhile are forgotten', () => {
    expect(handing([5, 6, 7]).after(6, 10)).toEqual(alerts(7));
  });

  test('are held back where one of another replica belongs between, until it is published', () => {
    const handed = handing([5], [7, 8]);
    expect(handed.after(3, 10)).toEqual([]);
    expect(handed.after(4, 10)).toEqual(alerts(5));
    expect(handed.after(5, 10)).toEqual([]);
    expect(handed.after(6, 10)).toEqual(alerts(7, 8));
  });

  test('are not kept without bound where nobody publishes them', () => {
    const handed = handing(...Array.from({ length: 2_001 }, (_, i) => [i + 1]));
    expect(handed.after(0, 10)).toEqual([]);
    handed.take(alerts(2_002));
    expect(handed.after(2_001, 10)).toEqual(alerts(2_002));
  });
});
