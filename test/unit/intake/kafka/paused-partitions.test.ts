import type { Consumer } from 'kafkajs';
import { expect, test } from 'vitest';
import { PausedPartitions } from '../../../../src/intake/kafka/paused-partitions.js';
import { silentLog } from '../../../support/logs.js';

test('a partition is held as long as anybody holds it, and a client that gives up breaks nothing', () => {
  const done: string[] = [];
  const say = (what: string) => (paused: { topic: string; partitions?: number[] }[]) => {
    if (paused[0]?.partitions?.[0] === 9) throw new Error('Consumer group was not initialized');
    done.push(`${what} ${paused[0]?.topic}/${paused[0]?.partitions}`);
  };
  const consumer = { pause: say('pause'), resume: say('resume') } as unknown as Consumer;
  const holds = new PausedPartitions(() => consumer, silentLog);
  const first = holds.hold({ topic: 'a/b', partition: 1 });
  const second = holds.hold({ topic: 'a/b', partition: 1 });
  first();
  first();
  expect(done).toEqual(['pause a/b/1']);
  second();
  expect(done).toEqual(['pause a/b/1', 'resume a/b/1']);
  const late = holds.hold({ topic: 'a/b', partition: 1 });
  const gone = holds.hold({ topic: 'a/b', partition: 9 });
  holds.endAll();
  expect(done.slice(2)).toEqual(['pause a/b/1', 'resume a/b/1']);
  const again = holds.hold({ topic: 'a/b', partition: 1 });
  late();
  gone();
  expect(done.slice(4)).toEqual(['pause a/b/1']);
  again();
  expect(done.slice(5)).toEqual(['resume a/b/1']);
});
