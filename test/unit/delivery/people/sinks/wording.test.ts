import { describe, expect, test } from 'vitest';
import { namesOf, rowCells, wordingOf } from '../../../../../src/delivery/people/sinks/wording.js';
import { notice, ROWS, row } from '../../../../support/notices.js';

const SIX = ['Super-K', 'IceCube', 'JUNO', 'HALO', 'LVD', 'NOvA'].map((name) => row(name, '45.678999123', 0));

describe('the names of detectors', () => {
  test('are all named up to four, and counted beyond', () => {
    expect(namesOf(SIX.slice(0, 4))).toBe('Super-K, IceCube, JUNO, HALO');
    expect(namesOf(SIX)).toBe('Super-K, IceCube, JUNO and 3 more');
  });

  test('stand on one line, whatever a detector is called', () => {
    expect(namesOf([row('Super\r\nBcc: x', '45.678999123', 0)])).toBe('Super Bcc: x');
  });
});

test('a row shows the sign of its delta, and says that there is no p-value', () => {
  expect(rowCells(row('IceCube', '49.600000000', 3.921000877, null))).toEqual([
    'IceCube',
    '2030-01-01T12:34:49.600000000Z',
    '+3.921000877',
    'none',
  ]);
  expect(rowCells(row('JUNO', '45.000000000', -0.5, 0.123456))[2]).toBe('-0.500000000');
  expect(rowCells(row('JUNO', '45.000000000', -0.5, 0.123456))[3]).toBe('0.1235');
});

describe('an alert', () => {
  test('of a pre-supernova says so; a drill says that nothing was seen', () => {
    const wording = wordingOf(notice({ isDrill: true, alert: { pre_sn: true } }));
    expect(wording.headline).toBe('PRE-SUPERNOVA COINCIDENCE: Super-K, IceCube (2 detectors)');
    expect(wording.drill).toContain('nothing was seen');
    expect(wordingOf(notice()).drill).toBeUndefined();
  });

  test('that is late tells that its event was retracted since', () => {
    const late = { eventState: 'retracted' as const };
    expect(wordingOf(notice(late)).explanation.at(-1)).toContain('has been retracted since');
    const update = wordingOf(notice({ ...late, kind: 'update', recordNumber: 2 }));
    expect(update.headline).toBe('UPDATE: Super-K, IceCube (2 detectors)');
    expect(update.explanation.at(-1)).toContain('has been retracted since');
  });

  test('without figures says that there are none, and leaves the measured one out', () => {
    const facts = Object.fromEntries(
      wordingOf(notice({ alert: { false_alarm: null, p_values_average: null } })).facts.map((fact) => fact),
    );
    expect(facts['Mean p-value']).toBe('none given');
    expect(facts['False alarm figure']).not.toContain('online');
    expect(facts).not.toHaveProperty('Measured figure');
  });

  test('has the measured figure where there is one', () => {
    const facts = Object.fromEntries(wordingOf(notice()).facts.map((fact) => fact));
    expect(facts['False alarm figure']).toContain('with 8 detectors online');
    expect(facts['Measured figure']).toContain('0 detectors measured, 8 assumed');
  });
});

describe('a retraction', () => {
  const [first] = ROWS;
  const left = (count: number, retracted = SIX.slice(0, 1), eventState: 'open' | 'retracted' = 'open') =>
    wordingOf(notice({ kind: 'retraction', rows: SIX.slice(6 - count), retracted, eventState }));

  test('names what was retracted and what is left', () => {
    expect(left(3).headline).toBe('RETRACTION: Super-K retracted, HALO, LVD, NOvA left (3 detectors)');
    expect(left(3).explanation).toEqual([
      `Retracted: Super-K at ${first?.neutrino_time_utc}.`,
      '3 detectors are left in this sub-group. They still coincide.',
    ]);
  });

  test('of the last but one leaves no coincidence', () => {
    const { headline, explanation } = left(1, SIX.slice(0, 1), 'retracted');
    expect(headline).toBe('RETRACTION: Super-K retracted, NOvA left (1 detector)');
    expect(explanation.slice(1)).toEqual([
      'One observation is left in this sub-group, which is not a coincidence.',
      'No coincidence is left of this event. Please disregard it.',
    ]);
  });

  test('of unknown observations says what is left', () => {
    expect(left(0, []).headline).toBe('RETRACTION: no detector left');
    expect(left(0, []).explanation).toEqual([
      'Observations of this event were retracted.',
      'No observation is left in this sub-group.',
    ]);
  });
});
