import { describe, expect, it } from 'vitest';
import { MessageError } from '../../../../src/domain/messages/message-error.js';
import { brokersIn } from '../../../../src/intake/kafka/brokers.js';

describe('the brokers that a command names', () => {
  it.each([
    ['kafka://127.0.0.1:9093/other', ['127.0.0.1:9093']],
    [
      'kafka://snews@kafka.example.org:9092,other.example.org:9092/topic/more',
      ['kafka.example.org:9092', 'other.example.org:9092'],
    ],
    [' localhost:9092 ', ['localhost:9092']],
    ['kafka://[::1]:9092/', ['[::1]:9092']],
  ])('%s', (named, brokers) => {
    expect(brokersIn(named)).toEqual(brokers);
  });

  it.each([
    undefined,
    null,
    7,
    '',
    'kafka://',
    'localhost',
    'kafka:///topic',
    'a:1,',
    'a:1,,b:2',
    'a:x',
    'two words:1',
    'a:1@b:2@c:3',
  ])('none: %s', (named) => {
    expect(() => brokersIn(named)).toThrow(MessageError);
  });
});
