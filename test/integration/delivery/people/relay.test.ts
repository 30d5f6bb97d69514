import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { deliveryFigures } from '../../../../src/delivery/people/delivery-figures.js';
import { createDeliveryJobs } from '../../../../src/delivery/people/delivery-jobs.js';
import { createNotices } from '../../../../src/delivery/people/notices.js';
import { createResend } from '../../../../src/delivery/people/resend.js';
import { createEmailSink } from '../../../../src/delivery/people/sinks/email/sink.js';
import { DeliveryError, type Sink } from '../../../../src/delivery/people/sinks/sink.js';
import { createSlackSink } from '../../../../src/delivery/people/sinks/slack/sink.js';
import type { CacheName } from '../../../../src/domain/cache-name.js';
import { createMailer } from '../../../../src/mail/mailer.js';
import { readSmtpUrl } from '../../../../src/mail/smtp-url.js';
import { createDeliveryRecords } from '../../../../src/reads/deliveries.js';
import { at, observation, retraction } from '../../../support/caches.js';
import { eventually } from '../../../support/eventually.js';
import { forEachTest } from '../../../support/for-tests.js';
import { silentLog } from '../../../support/logs.js';
import { startMailServer } from '../../../support/mail-server.js';
import { createManualClock } from '../../../support/manual-clock.js';
import { openRelays, recordingSink } from '../../../support/relays.js';
import { SLACK, startSlackServer } from '../../../support/slack-server.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const site = forEachTest(openRelays, (relays) => relays.close());

/** Observations of these detectors, a second apart, beginning at a second: from the second on each is an alert. */
async function see(detectors: readonly string[], from = 0, cache: CacheName = 'live'): Promise<void> {
  for (const [i, detector] of detectors.entries()) {
    await site.caches.service.observe(observation(detector, at(from + i), { cache }));
  }
}

async function retract(detector: string): Promise<void> {
  await site.caches.service.retract(retraction(detector, { latest: 1 }));
}

/** Relays work on by themselves: what they do takes real time. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

const of = (message: string) => site.logged.filter((line) => line.message === message);

describe('the alerts that are delivered', () => {
  test('are those since the sink was first configured, of the live cache', async () => {
    await see(['Super-K', 'IceCube']);
    const { sink, texts } = recordingSink();
    const relay = await site.start(sink);
    await see(['JUNO'], 2);
    await see(['Super-K', 'IceCube'], 0, 'firedrill');
    await see(['Super-K', 'IceCube'], 0, 'test');
    await site.until(() => texts().length > 0, MINUTE);
    await relay.stop();
    // While nobody delivers, alerts wait.
    await see(['KM3NeT'], 3);
    await site.start(sink);
    await site.until(() => texts().length > 1, MINUTE);
    expect(texts()).toEqual(['2 update: Super-K IceCube JUNO', '3 update: Super-K IceCube JUNO KM3NeT']);
  });

  test('are those of fire drills too if people are to be told of them, and only since then', async () => {
    const { sink, notices } = recordingSink();
    const both = { caches: ['live', 'firedrill'] } as const;
    const first = await site.start(sink, both);
    await first.stop();
    const without = await site.start(sink);
    await see(['Super-K', 'IceCube'], 0, 'firedrill');
    await without.stop();
    await site.start(sink, both);
    await see(['JUNO'], 2, 'firedrill');
    await see(['Super-K', 'IceCube'], 0);
    await site.until(() => notices.length > 1, MINUTE);
    expect(notices.map(({ isDrill, alert }) => [isDrill, alert.cache, alert.detector_names.length])).toEqual(
      expect.arrayContaining([
        [true, 'firedrill', 3],
        [false, 'live', 2],
      ]),
    );
    expect(notices).toHaveLength(2);
  });

  test('come with what happened, the rows, and what a retraction took away', async () => {
    const { sink, notices, texts, behave } = recordingSink('slack');
    behave(async ({ recordNumber }) => ({ ts: recordNumber }));
    await site.start(sink);
    await see(['Super-K', 'IceCube', 'JUNO']);
    await retract('IceCube');
    await retract('Super-K');
    await site.until(() => texts().length === 4, MINUTE);
    expect(texts()).toEqual([
      '1 initial: Super-K IceCube',
      '2 update: Super-K IceCube JUNO',
      '3 retraction: Super-K JUNO',
      '4 retraction: JUNO',
    ]);
    const [first, , third, last] = notices;
    expect(first?.eventReceipt).toBeNull();
    expect(first?.rows.map(({ neutrino_time_delta }) => neutrino_time_delta)).toEqual([0, 1]);
    expect(third).toMatchObject({ retracted: [{ detector_name: 'IceCube', neutrino_time_delta: 1 }] });
    expect(last).toMatchObject({
      firstAlertId: first?.alert.id,
      // Of the alert before: whatever began the thread anew, the next one follows it.
      eventReceipt: { ts: 3 },
      eventState: 'retracted',
      retracted: [{ detector_name: 'Super-K' }],
    });
  });
});

describe('a sink that asks for a pause', () => {
  test('for hours is asked again after a quarter of one, and at once by an administrator who sends something again', async () => {
    const { sink, notices, behave } = recordingSink();
    const relay = await site.start(sink);
    await see(['Super-K', 'IceCube']);
    await site.until(async () => (await site.states())[0] === 'delivered', MINUTE);
    const limited = async () => {
      throw new DeliveryError('rate limited', 'transient', 24 * HOUR);
    };
    behave(limited);
    await see(['KM3NeT', 'SNO+'], 600);
    await site.until(() => notices.length === 2, MINUTE);
    const asked = site.clock.now();
    await site.until(() => notices.length === 3, HOUR, 10_000);
    expect(site.clock.now() - asked).toBeGreaterThanOrEqual(15 * MINUTE);
    expect(site.clock.now() - asked).toBeLessThan(16 * MINUTE);

    behave(async () => null);
    const [first] = await site.deliveries();
    const resend = createResend(site.prisma, ['email']);
    expect(await resend(Number(first?.['id']), 'configured')).toMatchObject({ kind: 'due' });
    // Due by the clock of the machine: the relay's must not be behind.
    await site.pool.query('UPDATE delivery SET due_at = $2 WHERE id = $1', [first?.['id'], new Date(site.clock.now())]);
    relay.resume();
    await eventually(() => expect(notices).toHaveLength(4));
    expect(notices[3]?.alert.id).toBe(first?.['alert_id']);
  });
});

describe('a sink that fails', () => {
  test('holds nobody else up: an hour later everything has arrived once', async () => {
    const [mail, slack] = [await startMailServer(), await startSlackServer()];
    const smtp = readSmtpUrl(mail.url);
    if (smtp === undefined) throw new Error('no SMTP URL');
    const mailer = createMailer({ ...smtp, from: { name: undefined, address: 'alerts@example.org' } }, silentLog);
    const gcn = recordingSink('gcn');
    const healthy: string[] = [];
    try {
      mail.behave('down');
      slack.answerNext({ status: 429, retryAfter: 120 });
      slack.answerAlways({ status: 500 });
      gcn.behave(async () => {
        throw new DeliveryError('the broker refuses', 'transient');
      });
      const recipients = async () => ['one@example.org', 'two@example.org'];
      await site.start(createEmailSink({ mailer, recipients, log: silentLog }));
      await site.start(createSlackSink({ ...SLACK, apiUrl: slack.url }));
      await site.start(gcn.sink);
      await see(['Super-K', 'IceCube', 'JUNO']);
      await see(['KM3NeT', 'SNO+'], 600);
      await retract('JUNO');
      const began = site.clock.now();
      await site.until(() => site.clock.now() - began >= 30 * MINUTE, 31 * MINUTE, 10_000);
      expect(await site.states()).not.toContain('delivered');
      expect([mail.mails.length, slack.messages.length]).toEqual([0, 0]);
      // Each is tried a few times, not all the time.
      expect(gcn.notices.length).toBeGreaterThan(10);
      expect(gcn.notices.length).toBeLessThan(150);

      mail.behave('take');
      slack.answerAlways(undefined);
      gcn.notices.length = 0;
      gcn.behave(async ({ alert }) => {
        healthy.push(alert.id);
        return null;
      });
      await site.until(async () => (await site.states()).every((state) => state === 'delivered'), 30 * MINUTE);

      const { rows } = await site.pool.query('SELECT id FROM alert ORDER BY sequence');
      const all = rows.map(({ id }) => id as string).sort();
      expect(all).toHaveLength(4);
      expect(healthy.toSorted()).toEqual(all);
      expect(slack.messages.map(({ metadata }) => metadata.event_payload['alert_id']).sort()).toEqual(all);
      for (const recipient of await recipients()) {
        const got = mail.mails.filter((one) => one.recipient === recipient);
        expect(got.map(({ parsed }) => parsed.messageId).sort()).toEqual(all.map((id) => `<${id}@example.org>`));
      }
      // One thread an event, in the order of the alerts.
      const threads = slack.messages.filter(({ text }) => text.includes('Super-K'));
      expect(threads.map(({ text }) => text.split(':')[0])).toEqual(['COINCIDENCE', 'UPDATE', 'RETRACTION']);
      expect(threads.map(({ thread_ts }) => thread_ts)).toEqual([undefined, threads[0]?.ts, threads[0]?.ts]);
    } finally {
      await mailer.close();
      await Promise.all([mail.stop(), slack.stop()]);
    }
  });

  test('is told of an event in order, and of other events meanwhile', async () => {
    const { sink, texts, behave } = recordingSink();
    let isRefused = true;
    behave(async ({ alert }) => {
      if (isRefused && alert.detector_names.includes('Super-K')) throw new DeliveryError('not this', 'permanent');
      return null;
    });
    await site.start(sink);
    await see(['Super-K', 'IceCube', 'JUNO']);
    await see(['KM3NeT', 'SNO+'], 600);
    await site.until(() => texts().length >= 3, 30 * MINUTE);
    expect(texts().slice(0, 3).toSorted()).toEqual([
      '1 initial: KM3NeT SNO+',
      '1 initial: Super-K IceCube',
      '1 initial: Super-K IceCube',
    ]);
    isRefused = false;
    await site.until(async () => (await site.states()).every((state) => state === 'delivered'), 30 * MINUTE);
    expect(texts().slice(-2)).toEqual(['1 initial: Super-K IceCube', '2 update: Super-K IceCube JUNO']);
  });

  test('gets nothing for as long as it asks for', async () => {
    const { sink, notices, behave } = recordingSink('slack');
    const tried: number[] = [];
    behave(async () => {
      tried.push(site.clock.now());
      if (tried.length === 1) throw new DeliveryError('rate limited', 'transient', 5 * MINUTE);
      return null;
    });
    await site.start(sink);
    await see(['Super-K', 'IceCube']);
    await see(['KM3NeT', 'SNO+'], 600);
    await site.until(() => notices.length === 3, HOUR);
    // The other event's, too: it is the sink that was asked for.
    expect((tried[1] ?? 0) - (tried[0] ?? 0)).toBeGreaterThanOrEqual(5 * MINUTE);
  });

  test('is warned of after 10 min and then hourly, and its delivery fails after 24 h; an administrator can send it again', async () => {
    const { sink, notices, behave } = recordingSink();
    behave(async () => {
      throw new DeliveryError('no such channel', 'permanent');
    });
    const relay = await site.start(sink);
    await see(['Super-K', 'IceCube']);
    const began = site.clock.now();
    await site.until(() => of('delivery:stuck').length > 0, HOUR);
    expect(site.clock.now() - began).toBeGreaterThanOrEqual(9 * MINUTE);
    await site.until(() => site.clock.now() - began >= 3 * HOUR, 3 * HOUR, 5 * MINUTE);
    expect(of('delivery:stuck').map(({ details }) => details['error'])).toEqual(Array(3).fill('no such channel'));
    await site.until(() => of('delivery:failed').length > 0, 22 * HOUR, 5 * MINUTE);
    expect(site.clock.now() - began).toBeLessThan(24 * HOUR + 10 * MINUTE);
    expect(of('delivery:failed')).toMatchObject([{ level: 'error', details: { error: 'no such channel' } }]);
    expect(await site.states()).toEqual(['failed']);
    // 24 h at 5 to 10 min.
    expect(notices.length).toBeGreaterThan(100);
    expect(notices.length).toBeLessThan(300);

    behave(async () => null);
    const resend = createResend(site.prisma, ['email']);
    const id = Number((await site.deliveries())[0]?.['id']);
    expect(await resend(id, 'configured')).toMatchObject({ kind: 'due' });
    // The database's clock stands at today, the relay's a day later: it has a whole day again, by the wall.
    await site.pool.query('UPDATE delivery SET due_at = $1, gives_up_at = $2', [
      new Date(site.clock.now()),
      new Date(site.clock.now() + 24 * HOUR),
    ]);
    relay.wake();
    await site.until(async () => (await site.states())[0] === 'delivered', MINUTE);
    expect((await site.deliveries())[0]).toMatchObject({ tries: 1 });
  });

  test('is counted and listed at the same cost however many alerts were delivered', async () => {
    const relay = await site.start(recordingSink().sink);
    await relay.stop();
    const store = (state: string, count: number) =>
      site.pool.query(
        `INSERT INTO delivery (sink, alert_id, event_id, sequence, state, created_at, due_at, gives_up_at)
        SELECT 'email', gen_random_uuid(), 'SN-' || n, n, $1, now(), now(), now() FROM generate_series(1, $2::int) AS n`,
        [state, count],
      );
    await store('failed', 3);
    await store('waiting', 2);
    await store('delivered', 20_000);
    await site.pool.query('ANALYZE delivery');
    const used = async () =>
      (
        await site.pool.query(
          `SELECT (SELECT sum(idx_tup_read)::int FROM pg_stat_user_indexes WHERE relname = 'delivery')
            + (SELECT seq_tup_read::int FROM pg_stat_user_tables WHERE relname = 'delivery') AS rows`,
        )
      ).rows[0].rows;
    const records = createDeliveryRecords(site.prisma);
    await site.pool.query('SELECT pg_stat_force_next_flush()');
    const before = await used();
    expect(await deliveryFigures(site.pool)).toMatchObject([{ pending: 2, failed: 3 }]);
    for (const state of ['failed', 'waiting'] as const) {
      const { items } = await records.list({ state }, { limit: 50 });
      expect(items).toHaveLength(state === 'failed' ? 3 : 2);
    }
    expect((await records.list({ state: 'failed', sink: 'email' }, { limit: 50 })).items).toHaveLength(3);
    // A session says what it read when it has been quiet for a second, at the latest.
    await eventually(async () => expect(await used()).toBeGreaterThanOrEqual(before + 13));
    expect((await used()) - before).toBeLessThan(100);
  });

  test('is seen in the figures, also while nobody delivers', async () => {
    const { sink } = recordingSink();
    const relay = await site.start(sink);
    await see(['Super-K', 'IceCube']);
    await site.until(async () => (await site.states())[0] === 'delivered', MINUTE);
    await relay.stop();
    expect(await deliveryFigures(site.pool)).toEqual([{ sink: 'email', pending: 0, pendingSince: null, failed: 0 }]);
    await see(['JUNO'], 2);
    const [figures] = await deliveryFigures(site.pool);
    expect(figures).toMatchObject({ pending: 1 });
    expect(figures?.pendingSince).toBeGreaterThan(Date.now() - MINUTE);
    expect(figures?.pendingSince).toBeLessThanOrEqual(Date.now());
  });
});

describe('a try that is interrupted', () => {
  test('by the death of whoever sends is made again by another one, later, under the same id', async () => {
    const dead = recordingSink();
    let wakeTheDead: (receipt: null) => void = () => undefined;
    dead.behave(() => new Promise((resolve) => (wakeTheDead = resolve)));
    // Its clock is one of its own, which stands: it doesn't even know that it takes too long.
    await site.start(dead.sink, { clock: createManualClock(site.clock.now()) });
    await see(['Super-K', 'IceCube']);
    await eventually(() => expect(dead.notices).toHaveLength(1));

    const { sink, notices } = recordingSink();
    const heir = await site.start(sink);
    const isIdle = () => eventually(() => expect(site.clock.waiting()).toBe(1));
    await isIdle();
    site.clock.advance(70_000);
    heir.wake();
    await isIdle();
    expect(notices).toEqual([]);
    site.clock.advance(6_000);
    await eventually(async () => expect(await site.states()).toEqual(['delivered']));
    expect(notices.map(({ alert }) => alert.id)).toEqual(dead.notices.map(({ alert }) => alert.id));
    expect(of('delivery:answer-lost')).toHaveLength(1);
    wakeTheDead(null);
    await eventually(() => expect(of('delivery:taken-over')).toHaveLength(1));
    expect((await site.deliveries())[0]).toMatchObject({ state: 'delivered', attempt: null, tries: 2 });
  });

  test('before it sent is not made by whoever was stopped for too long', async () => {
    const zombie = recordingSink();
    const notices = createNotices(site.prisma);
    let goOn: () => void = () => undefined;
    const stopped = new Promise<void>((resolve) => (goOn = resolve));
    let isHeld = false;
    await site.start(zombie.sink, {
      notices: {
        async of(...given) {
          isHeld = true;
          await stopped;
          return notices.of(...given);
        },
      },
    });
    await see(['Super-K', 'IceCube']);
    await eventually(() => expect(isHeld).toBe(true));
    const heir = recordingSink();
    site.clock.advance(76_000);
    await site.start(heir.sink);
    await eventually(() => expect(heir.notices).toHaveLength(1));
    await eventually(async () => expect(await site.states()).toEqual(['delivered']));
    goOn();
    await eventually(() => expect(of('delivery:taken-over')).toHaveLength(1));
    expect(zombie.notices).toEqual([]);
  });

  test('by somebody else who took over may not remember anything, nor send on', async () => {
    const { sink, behave } = recordingSink();
    const refused: unknown[] = [];
    behave(async (_notice, attempt) => {
      await attempt.remember({ taken: ['one@example.org'] });
      await site.pool.query('UPDATE delivery SET attempt = $1', [randomUUID()]);
      await attempt.remember({ taken: [] }).catch((error) => refused.push(error));
      return null;
    });
    await site.start(sink);
    await see(['Super-K', 'IceCube']);
    await eventually(() => expect(of('delivery:taken-over')).toHaveLength(1));
    expect(refused).toMatchObject([{ message: expect.stringContaining('another one may be under way') }]);
    expect((await site.deliveries())[0]).toMatchObject({ state: 'sending', progress: { taken: ['one@example.org'] } });
  });

  test('by a database that is away for a while is recorded when it is back, and not made again', async () => {
    const { sink, notices } = recordingSink();
    const jobs = createDeliveryJobs(site.pool, 'email');
    let isAway = true;
    await site.start(sink, {
      jobs: {
        async record(...given) {
          if (isAway) throw new Error('the database is away');
          return jobs.record(...given);
        },
      },
    });
    await see(['Super-K', 'IceCube']);
    await eventually(() => expect(of('delivery:not-recorded')).toHaveLength(1));
    isAway = false;
    await site.until(async () => (await site.states())[0] === 'delivered', MINUTE);
    expect(notices).toHaveLength(1);
  });

  test('is recorded also after the leadership was lost with the database; after a stop for 10 s', async () => {
    const { sink, notices } = recordingSink();
    const jobs = createDeliveryJobs(site.pool, 'email');
    let isAway = true;
    const parts = {
      jobs: {
        async record(...given: Parameters<typeof jobs.record>) {
          if (isAway) throw new Error('the database is away');
          return jobs.record(...given);
        },
      },
    };
    const relay = await site.start(sink, parts);
    await see(['Super-K', 'IceCube']);
    await eventually(() => expect(of('delivery:not-recorded')).toHaveLength(1));
    const lost = relay.stop();
    await eventually(() => {
      site.clock.advance(1_000);
      expect(of('delivery:not-recorded').length).toBeGreaterThan(20);
    });
    isAway = false;
    await eventually(async () => {
      site.clock.advance(1_000);
      expect(await site.states()).toEqual(['delivered']);
    });
    await lost;
    expect(notices).toHaveLength(1);

    isAway = true;
    const stopping = await site.start(sink, parts);
    await see(['JUNO'], 2);
    await eventually(() => expect(notices).toHaveLength(2));
    stopping.finish();
    const stopped = stopping.stop();
    const tries = of('delivery:not-recorded').length;
    await eventually(async () => {
      site.clock.advance(1_000);
      expect(of('delivery:interrupted')).toHaveLength(1);
    });
    await stopped;
    expect(of('delivery:not-recorded').length - tries).toBeLessThan(13);
    expect(await site.states()).toEqual(['delivered', 'sending']);
  });

  test('remembers what it has done so far when the database is back, and forgets it when it is done', async () => {
    const { sink, notices, behave } = recordingSink();
    const jobs = createDeliveryJobs(site.pool, 'email');
    let misses = 2;
    const progresses: unknown[] = [];
    behave(async (_notice, { progress, remember }) => {
      progresses.push(progress);
      await remember({ taken: ['one@example.org'] });
      if (notices.length === 1) throw new DeliveryError('450 <two@example.org>: later', 'transient');
      return null;
    });
    await site.start(sink, {
      jobs: {
        async record(...given) {
          if (misses-- > 0) throw new Error('the database is away');
          return jobs.record(...given);
        },
      },
    });
    await see(['Super-K', 'IceCube']);
    await eventually(() => expect(of('delivery:not-recorded')).toHaveLength(1));
    await eventually(async () => {
      site.clock.advance(1_000);
      expect(await site.states()).toEqual(['delivered']);
    });
    expect(progresses).toEqual([null, { taken: ['one@example.org'] }]);
    expect((await site.deliveries())[0]).toMatchObject({ progress: null });
    const errors = of('delivery:postponed').map(({ details }) => details['error']);
    expect(errors).toContain('450 <(address)>: later');
  });

  test('because it hangs is made again', async () => {
    const { sink, notices, behave } = recordingSink();
    behave(() => (notices.length === 1 ? never() : Promise.resolve(null)));
    await site.start(sink);
    await see(['Super-K', 'IceCube']);
    await eventually(() => expect(notices).toHaveLength(1));
    await eventually(() => expect(site.clock.waiting()).toBe(1));
    site.clock.advance(40_000);
    await eventually(async () => {
      site.clock.advance(1_000);
      expect(await site.states()).toEqual(['delivered']);
    });
    expect(of('delivery:postponed')[0]?.details['error']).toContain('whether it arrived is not known');
    expect(notices).toHaveLength(2);
  });

  test('by a stop is finished and recorded first, unless it takes over 10 s', async () => {
    const { sink, notices, behave } = recordingSink();
    let answer: () => void = () => undefined;
    behave(() => new Promise((resolve) => (answer = () => resolve(null))));
    const relay = await site.start(sink);
    await see(['Super-K', 'IceCube']);
    await eventually(() => expect(notices).toHaveLength(1));
    const stopped = relay.stop();
    answer();
    await stopped;
    expect(await site.states()).toEqual(['delivered']);

    const slow = await site.start(sink);
    await see(['JUNO'], 2);
    await eventually(() => expect(notices).toHaveLength(2));
    const cut = slow.stop();
    await eventually(() => expect(site.clock.waiting()).toBe(1));
    site.clock.advance(10_000);
    await cut;
    expect(await site.states()).toEqual(['delivered', 'waiting']);
  });

  test('never is made by two who both believe that they lead', async () => {
    const sent: string[] = [];
    const slowly = (): Sink => {
      const { sink, behave } = recordingSink();
      behave(async ({ alert }) => {
        sent.push(alert.id);
        await new Promise((resolve) => setImmediate(resolve));
        return null;
      });
      return sink;
    };
    await Promise.all([site.start(slowly()), site.start(slowly()), site.start(slowly())]);
    for (let event = 0; event < 8; event++) await see(['Super-K', 'IceCube', 'JUNO'], event * 600);
    await site.until(async () => {
      const states = await site.states();
      return states.length === 16 && states.every((state) => state === 'delivered');
    }, HOUR);
    expect(new Set(sent).size).toBe(16);
    expect(sent).toHaveLength(16);
  });
});
