import { describe, expect, it } from 'vitest';
import type { ShadowAlertView } from '../../../src/domain/views.js';
import { compare } from '../../../src/shadow/comparison.js';

const ALERT: ShadowAlertView = {
  alert_type: 'COINC_MSG',
  sub_group: 0,
  detector_names: ['JUNO', 'DUNE'],
  neutrino_times: ['2030-01-01T12:00:00.000000000Z', '2030-01-01T12:00:03.000000000Z'],
  p_values: [0.5, null],
};
const OTHER: ShadowAlertView = { ...ALERT, detector_names: ['JUNO', 'IceCube'] };

describe('two alerts', () => {
  it.each<[string, Partial<ShadowAlertView>]>([
    ['the number of the sub-group', { sub_group: 7 }],
    ['the spelling of a time', { neutrino_times: ['2030-01-01T12:00:00Z', '2030-01-01T12:00:03.0Z'] }],
    [
      'the order of rows',
      {
        detector_names: ['DUNE', 'JUNO'],
        neutrino_times: ALERT.neutrino_times.toReversed(),
        p_values: [null, 0.5],
      },
    ],
  ])('are equal whatever %s', (_, fields) => {
    expect(compare([ALERT], [{ ...ALERT, ...fields }])).toEqual({ kind: undefined, equal: 1, main: [], shadow: [] });
  });

  it.each<[string, Partial<ShadowAlertView>]>([
    ['detector', { detector_names: ['JUNO', 'IceCube'] }],
    ['p-value', { p_values: [0.5, 0.5] }],
    ['time, by a nanosecond', { neutrino_times: ['2030-01-01T12:00:00.000000001Z', '2030-01-01T12:00:03Z'] }],
  ])('differ in rows if they have another %s', (_, fields) => {
    const shadow = { ...ALERT, ...fields };
    expect(compare([ALERT], [shadow])).toEqual({ kind: 'other-rows', equal: 0, main: [ALERT], shadow: [shadow] });
  });
});

describe('the alerts of a command', () => {
  it('may come in any order, and twice only if they do on both sides', () => {
    expect(compare([ALERT, OTHER], [OTHER, ALERT])).toMatchObject({ kind: undefined, equal: 2 });
    expect(compare([ALERT, ALERT], [ALERT])).toEqual({ kind: 'main-only', equal: 1, main: [ALERT], shadow: [] });
    expect(compare([], [ALERT, ALERT])).toMatchObject({ kind: 'shadow-only', equal: 0, shadow: [ALERT, ALERT] });
  });

  it('differ in type only if the tables are the same', () => {
    const update: ShadowAlertView = { ...ALERT, alert_type: 'UPDATE' };
    expect(compare([ALERT, OTHER], [update, OTHER])).toMatchObject({ kind: 'other-type', equal: 1, shadow: [update] });
    expect(compare([ALERT], [update, OTHER])).toMatchObject({ kind: 'other-rows' });
  });
});
