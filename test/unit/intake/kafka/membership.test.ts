import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';
import { afterEach, expect, test, vi } from 'vitest';
import { Membership } from '../../../../src/intake/kafka/membership.js';

afterEach(() => {
  vi.useRealTimers();
});

/** kafkajs's member of a group, as far as its heartbeats go. */
interface Beating {
  heartbeat(options: { readonly interval: number }): Promise<void>;
}

test('a member is one as long as its heartbeats are answered', () => {
  let now = 0;
  const membership = new Membership(() => now);
  expect(membership.problem()).toBeUndefined();
  membership.joined();
  now = 30_000;
  expect(membership.problem()).toBeUndefined();
  membership.answered();
  now = 60_000;
  expect(membership.problem()).toBeUndefined();
  now = 60_001;
  expect(membership.problem()).toBe('the group no longer answers heartbeats');
  membership.joined();
  expect(membership.problem()).toBeUndefined();
});

test('a member that sends no heartbeats because the clock was set back by an hour is none after 30 s', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  const membership = new Membership();
  const Group = ConsumerGroup as unknown as new (options: object) => Beating;
  const join = () => {
    membership.joined();
    const logger = { namespace: () => ({}) };
    const group = new Group({ logger, instrumentationEmitter: { emit: () => membership.answered() } });
    return Object.assign(group, { memberId: 'm', coordinator: { heartbeat: async () => undefined } });
  };
  let group = join();
  /** Whether it still is one after so many seconds, of which it beats in each. */
  const after = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      vi.advanceTimersByTime(1_000);
      await group.heartbeat({ interval: 1_000 });
    }
    return membership.problem();
  };
  expect(await after(120)).toBeUndefined();
  vi.setSystemTime(Date.now() - 3_600_000);
  expect(await after(30)).toBeUndefined();
  expect(await after(1)).toBe('the group no longer answers heartbeats');
  // The one that follows counts from the clock as it is now.
  group = join();
  expect(await after(120)).toBeUndefined();
});
