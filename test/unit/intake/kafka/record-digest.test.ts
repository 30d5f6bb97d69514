import type { KafkaMessage } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { isAnother, readRecord } from '../../../../src/intake/kafka/record-digest.js';

const message = (fields: object = {}) =>
  ({
    offset: '7',
    timestamp: '5',
    key: Buffer.from('ab'),
    value: Buffer.from('c'),
    headers: { h: Buffer.from('d'), i: [Buffer.from('e'), Buffer.from('f')] },
    ...fields,
  }) as KafkaMessage;
const before = readRecord(message());
const isAnotherWith = (fields: object) => isAnother(before, readRecord(message(fields)));

describe('a record that is read again', () => {
  it('is the same if all of it is', () => {
    expect(isAnotherWith({})).toBe(false);
    expect(readRecord(message({ headers: undefined }))).toEqual(readRecord(message({ headers: {} })));
  });

  it.each<[string, object]>([
    ['timestamp', { timestamp: '6' }],
    ['key', { key: null }],
    ['value', { value: Buffer.from('x') }],
    ['empty value', { value: Buffer.alloc(0) }],
    ['missing value', { value: null }],
    ['headers', { headers: { h: Buffer.from('d') } }],
    ['header of another name', { headers: { g: Buffer.from('d'), i: [Buffer.from('e'), Buffer.from('f')] } }],
    ['order in a list of headers', { headers: { h: Buffer.from('d'), i: [Buffer.from('f'), Buffer.from('e')] } }],
    ['division of the same bytes', { key: Buffer.from('a'), value: Buffer.from('bc') }],
  ])('is another one by its %s', (_, fields) => {
    expect(isAnotherWith(fields)).toBe(true);
  });

  it('is no evidence at another offset, or where the digest is of another version', () => {
    expect(isAnotherWith({ offset: '8', value: null })).toBe(false);
    expect(isAnother({ ...before, digest: '0:x' }, readRecord(message({ value: null })))).toBe(false);
  });
});
