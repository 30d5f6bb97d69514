import { describe, expect, it } from 'vitest';
import { letterOf, recordOf } from '../../../../src/intake/kafka/dead-letter.js';
import { identityOf } from '../../../../src/intake/kafka/record-identity.js';

const PARTITION = { cluster: 'c', topic: 't', partition: 0 };
const PLACE = { offset: 3n, timestamp: '5', receivedMs: 5 };

describe('a letter', () => {
  const letter = (value: string, headers = {}) =>
    String(letterOf({ ...PLACE, headers, value: Buffer.from(value) }, PARTITION).value);

  it('is the record, byte for byte', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const record = { ...PLACE, headers: { a: [Buffer.of(1), Buffer.of(0)] }, value: bytes };
    const { uuid } = identityOf(record, PARTITION);
    expect(recordOf(letterOf(record, PARTITION))).toEqual({ ...record, uuid });
    expect(recordOf(letterOf({ ...record, value: null }, PARTITION)).value).toBeNull();
  });

  it.each([
    '{"_id": "0_hard-reset", "pass": "s3cret"}',
    '{"_id": "0_hard-reset", "pass": "s3cret"',
    '{"PASS" :\n"s3cret\\"s3cret", "x": ',
    "{'pass': 's3cret', ",
    '"{\\"pass\\": \\"s3cret\\"}"',
    '"{\\"pass\\": \\"s3cret\\"',
    '{"a": {"password": "s3cret"}, "b": [{"pass": ["s3cret"]}]}',
    '{"pass": s3cret}',
    '\x80\x04X\x04\x00\x00\x00passX\x06\x00\x00\x00s3cret',
  ])('keeps no password: %s', (value) => {
    expect(letter(value)).not.toContain('s3cret');
    expect(letter(value)).toContain('***');
  });

  it('keeps what only looks like it', () => {
    expect(letter('{"comment": "we passed"}')).toBe('{"comment": "we passed"}');
  });
});
