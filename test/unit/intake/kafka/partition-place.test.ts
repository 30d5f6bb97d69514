import type { Consumer, KafkaMessage } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { PartitionPlace } from '../../../../src/intake/kafka/partition-place.js';
import { readRecord } from '../../../../src/intake/kafka/record-digest.js';

const message = (offset: number, value = 'a') =>
  ({ offset: String(offset), timestamp: '5', key: null, value: Buffer.from(value), headers: {} }) as KafkaMessage;
const batch = (...messages: KafkaMessage[]) => ({ messages });

/** A partition that is read from 5, behind the record at 4, of a log that begins at some offset. */
function placed({ record = true, low = 0 } = {}) {
  const seeks: string[] = [];
  const resolved: string[] = [];
  const consumer = { seek: ({ offset }: { offset: string }) => seeks.push(offset) } as unknown as Consumer;
  const start = { position: 5n, record: record ? readRecord(message(4)) : undefined, low: BigInt(low), high: 9n };
  const place = new PartitionPlace({ cluster: 'c', topic: 't', partition: 0 }, consumer, start);
  return { place, seeks, resolved, resolve: (offset: string) => void resolved.push(offset) };
}

describe('a partition that is placed', () => {
  it('has its last record fetched again, unless the log begins behind that', () => {
    expect(placed().seeks).toEqual(['4']);
    expect(placed({ record: false }).seeks).toEqual(['4']);
    expect(placed({ record: false, low: 5 }).seeks).toEqual(['5']);
  });

  it('is that of another log if another record stands there, or if a batch begins before what was asked for', () => {
    expect(placed().place.look(batch(message(4)))).toBe('fine');
    expect(placed().place.look(batch(message(4, 'b')))).toBe('another log');
    expect(placed().place.look(batch(message(3)))).toBe('elsewhere');
    expect(placed().place.look(batch())).toBe('fine');
  });

  it('is verified by the first batch only: later ones have what is read next', () => {
    const { place } = placed();
    expect(place.look(batch(message(4)))).toBe('fine');
    place.position = 6n;
    expect(place.look(batch(message(4, 'b')))).toBe('fine');
  });
});

describe('a look at the log while a batch is taken', () => {
  it('waits for the end of the batch: the client must not be moved under it', () => {
    const { place, seeks, resolved, resolve } = placed();
    place.look(batch(message(4), message(5)));
    place.isBusy = true;
    place.lookAgainSoon();
    expect(seeks).toEqual(['4']);
    place.record = readRecord(message(5));
    place.resolve(5n, resolve);
    expect([seeks, resolved]).toEqual([['4', '5'], []]);
    // Once is enough.
    place.resolve(6n, resolve);
    expect([seeks, resolved]).toEqual([['4', '5'], ['6']]);
  });

  it('is dropped if another reader has moved the partition by then: its record is not known', () => {
    const { place, seeks, resolved, resolve } = placed();
    place.isBusy = true;
    place.lookAgainSoon();
    place.moveTo(8n);
    place.resolve(8n, resolve);
    expect([seeks, resolved]).toEqual([['4', '8'], ['8']]);
  });
});

describe('an offset that is out of range', () => {
  it('is passed over once: it may have been the last record, which was removed', () => {
    const { place, seeks } = placed();
    expect(place.passOver()).toBe(true);
    expect(seeks).toEqual(['4', '5']);
    expect(place.passOver()).toBe(false);
  });
});
