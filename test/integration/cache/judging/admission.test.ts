import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import type { ArchiveCommand, ArchivedTier, RetractCommand } from '../../../../src/domain/commands.js';
import { addDuration, type Duration, formatUtc, fromPosixMilliseconds, seconds } from '../../../../src/domain/time.js';
import {
  at,
  checkedCachesForEachTest,
  expectRefused,
  observation,
  RECEIVED,
  retraction,
} from '../../../support/caches.js';
import { startRestService } from '../../../support/rest-service.js';

const QUOTA = 5;
const NANOSECOND = 1n as Duration;

const caches = checkedCachesForEachTest({ detectorQuota: QUOTA });

describe('a detector that sends more than its quota in a minute', () => {
  /** The beginning of a minute. */
  const MINUTE = fromPosixMilliseconds(Math.floor(Date.now() / 60_000) * 60_000);
  const received = (second: number) => ({ receivedTime: addDuration(MINUTE, seconds(second)) });

  async function fill(second = 0): Promise<void> {
    for (let i = 0; i < QUOTA; i++) await caches.service.observe(observation('JUNO', at(20 * i), received(second)));
  }

  test('is refused the rest of the minute of receipt, and told when to come again', async () => {
    await fill();
    const over = observation('JUNO', at(0), received(18.5));
    await expect(caches.service.observe(over)).rejects.toMatchObject({ reason: 'quota', retryAfter: 42 });
    await expectRefused(caches.service.observe(observation('JUNO', at(0), received(59.999))), 'quota');
    expect((await caches.service.observe({ ...over, ...received(60) })).duplicate).toBe(false);
  });

  test('does not hold up the others, nor itself in another cache', async () => {
    await fill();
    await expectRefused(caches.service.observe(observation('JUNO', at(0), received(1))), 'quota');
    await caches.service.observe(observation('DUNE', at(0), received(1)));
    await caches.service.observe(observation('JUNO', at(0), { ...received(1), cache: 'test' }));
  });

  test('may retract what it sent', async () => {
    await fill();
    const answer = await caches.service.retract(retraction('JUNO', { latest: 1 }, received(1)));
    expect(answer.retracted).toHaveLength(1);
  });

  test('is not counted for what it sent before, nor for what was refused', async () => {
    const observed = observation('JUNO', at(0), received(0));
    for (let i = 0; i < 3 * QUOTA; i++) {
      await caches.service.observe(observed);
      const tooOld = addDuration(MINUTE, seconds(-49 * 3600));
      await expectRefused(caches.service.observe(observation('JUNO', tooOld, received(0))), 'unprocessable');
    }
    for (let i = 1; i < QUOTA; i++) await caches.service.observe(observation('JUNO', at(20 * i), received(1)));
    await expectRefused(caches.service.observe(observation('JUNO', at(0), received(2))), 'quota');
  });

  test('is counted over all replicas, also when it sends all at once', async () => {
    const services = [caches.service, caches.replica()];
    const answers = await Promise.allSettled(
      Array.from({ length: 4 * QUOTA }, (_, i) =>
        services[i % 2]?.observe(observation('JUNO', at(20 * i), received(0))),
      ),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(QUOTA);
  });

  test('is one of its own for each kind, so that none uses up what is there for observations', async () => {
    const archived = (tier: ArchivedTier, second: number): ArchiveCommand => ({
      kind: 'archive',
      tier,
      uuid: randomUUID(),
      cache: 'test',
      detectorName: 'JUNO',
      ...received(second),
      source: 'test',
      body: '{}',
      content: '',
    });
    for (const tier of ['Heartbeat', 'TimingTier', 'SignificanceTier'] as const) {
      for (let n = 0; n < QUOTA; n++) await caches.service.archive(archived(tier, n));
      await expect(caches.service.archive(archived(tier, QUOTA))).rejects.toMatchObject({
        reason: 'quota',
        retryAfter: expect.any(Number),
      });
    }
    // All at once, too.
    const burst = await Promise.allSettled(
      Array.from({ length: 4 * QUOTA }, (_, n) =>
        caches.service.archive({ ...archived('Heartbeat', n), detectorName: 'Super-K' }),
      ),
    );
    expect(burst.filter(({ status }) => status === 'fulfilled')).toHaveLength(QUOTA);
    await caches.service.observe(observation('JUNO', at(0), received(0)));
    // The next minute is another.
    await caches.service.archive(archived('Heartbeat', 60));
  });

  test('holds for retractions of what nobody has seen, which lock all caches, and for those of what there is', async () => {
    const pending = Array.from({ length: QUOTA + 2 }, () => retraction('JUNO', { uuid: randomUUID() }, received(0)));
    const answers = await Promise.allSettled(pending.map((command) => caches.service.retract(command)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(QUOTA);
    const refused = answers.find((answer) => answer.status === 'rejected');
    expect(refused?.reason).toMatchObject({ reason: 'quota' });
    // One that was taken is still answered as it was.
    const taken = pending[answers.findIndex(({ status }) => status === 'fulfilled')];
    expect(await caches.service.retract(taken as RetractCommand)).toMatchObject({ duplicate: true });
    await caches.service.observe(observation('JUNO', at(0), received(0)));
    await expect(caches.service.retract(retraction('JUNO', { latest: 1 }, received(1)))).rejects.toMatchObject({
      reason: 'quota',
    });
    // While one holds all caches' locks, who is over the quota is refused without waiting for them.
    const lock = new pg.Client({ connectionString: caches.databaseUrl });
    await lock.connect();
    await lock.query('BEGIN; SELECT FROM cache FOR UPDATE');
    try {
      const late = retraction('JUNO', { uuid: randomUUID() }, received(0));
      await expect(caches.service.retract(late)).rejects.toMatchObject({ reason: 'quota' });
    } finally {
      await lock.query('ROLLBACK');
      await lock.end();
    }
    // Another detector is none the worse, nor one that retracts what there is not, which counts too.
    await caches.service.observe(observation('Super-K', at(500), received(0)));
    await caches.service.retract(retraction('Super-K', { latest: 1 }, received(1)));
    for (let n = 1; n < QUOTA; n++) {
      await expect(caches.service.retract(retraction('Super-K', { latest: 1 }, received(1)))).rejects.toMatchObject({
        reason: 'not-found',
      });
    }
    await expect(caches.service.retract(retraction('Super-K', { latest: 1 }, received(1)))).rejects.toMatchObject({
      reason: 'quota',
    });
  });

  test('is answered 429 with Retry-After over REST', async () => {
    const service = await startRestService({ DETECTOR_QUOTA: '2' });
    try {
      const post = () =>
        service.post('/v1/observations', {
          detector_name: 'JUNO',
          neutrino_time_utc: formatUtc(at(0)),
          uuid: randomUUID(),
        });
      const answers = [await post(), await post(), await post(), await post(), await post()];
      const refused = answers.find(({ status }) => status === 429);
      // Five posts may fall into two minutes, not into three.
      expect(answers.filter(({ status }) => status === 201).length).toBeLessThanOrEqual(4);
      expect(refused?.headers.get('content-type')).toBe('application/problem+json');
      const after = Number(refused?.headers.get('retry-after'));
      expect(after).toBeGreaterThanOrEqual(1);
      expect(after).toBeLessThanOrEqual(60);
    } finally {
      await service.stop();
    }
  });
});

describe('a neutrino time', () => {
  test.each([
    ['48 h before the receipt', -48 * 3600],
    ['60 s after it', 60],
  ])('%s is taken, a nanosecond more is refused', async (_, distance) => {
    const border = addDuration(RECEIVED, seconds(distance));
    const beyond = addDuration(border, (distance < 0 ? -NANOSECOND : NANOSECOND) as Duration);
    for (const cache of ['live', 'firedrill'] as const) {
      await caches.service.observe(observation('JUNO', border, { cache }));
      const refused = caches.service.observe(observation('JUNO', beyond, { cache }));
      await expect(refused).rejects.toMatchObject({ reason: 'unprocessable', field: 'neutrino_time_utc' });
    }
  });

  test('of a test may be any', async () => {
    for (const years of [-40, 40]) {
      const time = addDuration(RECEIVED, seconds(years * 365 * 86_400));
      const answer = await caches.service.observe(observation('JUNO', time, { cache: 'test' }));
      expect(answer.observation.state).toBe('active');
    }
  });
});

test('an unknown detector is refused, whatever it sends', async () => {
  const field = { reason: 'unprocessable', field: 'detector_name' };
  for (const name of ['Gran Torino', 'juno', '']) {
    await expect(caches.service.observe(observation(name, at(0)))).rejects.toMatchObject(field);
    await expect(caches.service.retract(retraction(name, { latest: 1 }))).rejects.toMatchObject(field);
    await expect(caches.service.retract(retraction(name, { uuid: randomUUID() }))).rejects.toMatchObject(field);
  }
});
