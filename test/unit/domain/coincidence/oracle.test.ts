import { describe, expect, test } from 'vitest';
import { oracle } from '../../../support/oracle.js';
import { expectSteps, play, readTraces, tableBySubGroup } from '../../../support/traces.js';

const traces = readTraces();

describe('the brute-force model of `complete` agrees with the recorded one', () => {
  test('in 474 traces', () => {
    expect(traces).toHaveLength(474);
  });

  test.each(traces)('$name', ({ ops, complete }) => {
    expectSteps(play(oracle, tableBySubGroup(oracle), ops), complete);
  });
});
