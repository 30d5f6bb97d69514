import { expect, test } from 'vitest';
import { LogThrottle } from '../../../src/kafka/log-throttle.js';

test('what happens over and over is said once in ten seconds, with how often it was not said', () => {
  let now = 0;
  const throttle = new LogThrottle(() => now);
  expect(throttle.admit('broker 1 is away')).toEqual({});
  expect(throttle.admit('broker 2 is away')).toBeUndefined();
  expect(throttle.admit('something else')).toEqual({});
  now = 9_999;
  expect(throttle.admit('broker 1 is away')).toBeUndefined();
  now = 10_000;
  expect(throttle.admit('broker 1 is away')).toEqual({ repeated: 2 });
  for (let i = 0; i < 1_000; i++) throttle.admit('x'.repeat(i));
  expect(throttle.admit('broker 1 is away')).toEqual({});
});
