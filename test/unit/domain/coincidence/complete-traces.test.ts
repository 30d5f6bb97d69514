import { describe, expect, test } from 'vitest';
import { complete } from '../../../../src/domain/coincidence/complete.js';
import { expectSteps, play, readTraces, tableBySubGroup } from '../../../support/traces.js';

const traces = readTraces();

describe('`complete` does what the model of its rules did', () => {
  test('in 474 recorded traces', () => {
    expect(traces).toHaveLength(474);
  });

  test.each(traces)('$name', ({ ops, complete: steps }) => {
    expectSteps(play(complete, tableBySubGroup(complete), ops), steps);
  });
});
