import { describe, expect, it } from 'vitest';
import { nextDelay } from '../../../../src/delivery/people/backoff.js';
import { createRedaction } from '../../../../src/delivery/people/redaction.js';
import { DeliveryError } from '../../../../src/delivery/people/sinks/sink.js';

const transient = new DeliveryError('down', 'transient');

describe('the wait before the next try', () => {
  it('is anything up to a bound that doubles from 1 s to 5 min', () => {
    const bound = (tries: number) => nextDelay(transient, tries, () => 1);
    expect([1, 2, 3, 8, 9, 10, 10_000].map(bound)).toEqual([1_000, 2_000, 4_000, 128_000, 256_000, 300_000, 300_000]);
    expect(nextDelay(transient, 9, () => 0)).toBe(0);
    expect(nextDelay(transient, 9, () => 0.5)).toBe(128_000);
  });

  it('is at least what the other side asked for', () => {
    const limited = new DeliveryError('rate limited', 'transient', 30_000);
    expect(nextDelay(limited, 1, () => 0)).toBe(30_000);
    expect(nextDelay(limited, 9, () => 1)).toBe(31_000);
    // Not for hours.
    expect(nextDelay(new DeliveryError('rate limited', 'transient', 86_400_000), 1, () => 0)).toBe(900_000);
  });

  it('is 5 to 10 min where somebody has to change something first', () => {
    const permanent = new DeliveryError('no such channel', 'permanent');
    expect(nextDelay(permanent, 1, () => 0)).toBe(300_000);
    expect(nextDelay(permanent, 1, () => 1)).toBe(600_000);
  });
});

describe('what is stored of an error', () => {
  const redact = createRedaction(['xoxb-1', 'p@ss word', undefined, '']);

  it('holds no secret, however it is written', () => {
    expect(redact('token xoxb-1, p@ss word, p%40ss%20word')).toBe('token (secret), (secret), (secret)');
    expect(redact(`AUTH ${Buffer.from('p@ss word').toString('base64')}`)).toBe('AUTH (secret)');
  });

  it('is one line of bounded length', () => {
    expect(redact('550 no\r\n\u001b[31m2026 service:stopped')).toBe('550 no [31m2026 service:stopped');
    expect(redact('x'.repeat(5_000))).toHaveLength(500);
  });
});
