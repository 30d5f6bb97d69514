import { describe, expect, it } from 'vitest';
import { createRedaction } from '../../../../src/delivery/people/redaction.js';

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
