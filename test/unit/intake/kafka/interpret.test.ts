import { describe, expect, it } from 'vitest';
import { interpret, UNREADABLE_BATCH } from '../../../../src/intake/kafka/interpret.js';
import type { InterpreterOptions } from '../../../../src/intake/kafka/interpreted.js';
import { captureLog } from '../../../support/logs.js';
import { readerDefaults } from '../../../support/scripted-kafka.js';

const NOW = Date.UTC(2030, 0, 1);
const RECORD = { offset: 3n, timestamp: String(NOW), receivedMs: NOW, headers: {} };

/** What becomes of a message, and what is logged of it. */
function read(message: object | string, options: Partial<InterpreterOptions> = {}, fields: object = {}) {
  const { log, messages } = captureLog();
  const value = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
  const interpreted = interpret(
    { ...RECORD, value, ...fields },
    {
      ...readerDefaults,
      partition: { cluster: 'c', topic: 't', partition: 0 },
      isFiredrill: false,
      guard: { admit: () => 'admitted' },
      allowedBrokers: ['a:9092', 'b:9092'],
      now: () => NOW,
      log,
      ...options,
    },
  );
  interpreted.after?.();
  return { ...interpreted, messages };
}

const observation = (fields: object = {}) => ({
  tier: 'CoincidenceTier',
  detector_name: 'JUNO',
  neutrino_time_utc: '2029-12-31T23:59:00Z',
  ...fields,
});
const brokerChange = (new_broker: unknown, detector_name: unknown = 'JUNO') => ({
  _id: '0_broker-change',
  pass: 'right',
  detector_name,
  new_broker,
});

describe('a record that is rejected says why', () => {
  it.each<[string, object | string, string, string]>([
    ['a field that does not fit', observation({ p_val: 'none' }), 'invalid', 'p_val: '],
    [
      'a field in a list',
      { tier: 'TimingTier', detector_name: 'JUNO', timing_series: ['x'] },
      'invalid',
      'timing_series.0',
    ],
    ['a message that is no object', '[1, 2]', 'malformed', ''],
    [
      'an integer that JSON can not carry',
      '{"tier": "CoincidenceTier", "detector_name": "JUNO", "neutrino_time_utc": "2029-12-31T23:59:00Z", "meta": {"run": 9007199254740993}}',
      'invalid',
      'meta: an integer beyond 2^53',
    ],
    ['an unknown command', { _id: '0_make-coffee' }, 'unknown command', 'There is no command 0_make-coffee here.'],
    ['a broker that is not allowed', brokerChange('kafka://a:9092,evil:9092/t'), 'forbidden', 'evil:9092 must stand'],
    ['no broker', brokerChange(7), 'invalid', 'new_broker: '],
    ['no detector', brokerChange('a:9092', 7), 'invalid', 'detector_name: not a name'],
    ['a detector that can not be stored', brokerChange('a:9092', 'a\ud800'), 'malformed', ''],
    ['a request for feedback of nobody', { _id: '0_Get-Feedback' }, 'invalid', 'detector_name: not a name'],
  ])('%s', (_, message, reason, detail) => {
    const { item, lane } = read(message);
    expect(item).toMatchObject({ error: { reason, detail: expect.stringContaining(detail) } });
    expect(lane).toBeNull();
  });

  it('an unreadable batch: its bounds and its codec, which are logged as well', () => {
    const unreadable = {
      first: 1n,
      last: 3n,
      codec: 'number 7',
      size: 99,
      why: 'the codec is unknown',
      isDamaged: false,
      bytes: Buffer.from('its head'),
    };
    const { item, messages } = read('its head', {}, { unreadable });
    const detail = 'The records 1 to 3 can not be read (99 bytes, compression: number 7): the codec is unknown.';
    expect(item).toMatchObject({ error: { reason: UNREADABLE_BATCH, detail } });
    expect(item.letter()).toMatchObject({ offset: 3n, value: Buffer.from('its head') });
    expect(messages('error')).toEqual(['kafka:batch-unreadable']);
  });

  it('a defect of the server: what happened stands in the log only', () => {
    const guard = {
      admit() {
        throw new Error('a secret of the server');
      },
    };
    const { item, messages } = read({ _id: '0_display-heartbeats', pass: 'right' }, { guard });
    expect(item).toMatchObject({ error: { reason: 'error', detail: expect.not.stringContaining('secret') } });
    expect(messages('error')).toEqual(['kafka:record-rejected']);
  });
});

describe('a change of brokers', () => {
  it('to those that are allowed is carried out', () => {
    let changes = 0;
    const remote = { ...readerDefaults.remote, changeBrokers: () => void changes++ };
    const { item } = read(brokerChange('kafka://a:9092,b:9092/topic'), { remote });
    expect(item).toMatchObject({ command: { kind: 'archive', tier: 'broker-change', content: 'a:9092,b:9092' } });
    expect(changes).toBe(1);
  });
});

describe('a letter', () => {
  it('of a record without headers has none, and keeps a header without a value', () => {
    const headersOf = (headers: unknown) => read('no JSON', {}, { headers }).item.letter().headers;
    expect(headersOf(undefined)).toEqual([]);
    expect(headersOf({ a: undefined, b: [Buffer.of(1), null] })).toEqual([
      ['a', ''],
      ['b', 'AQ=='],
      ['b', ''],
    ]);
  });
});
