import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { expireInPortions } from '../../../../src/cache/upkeep/backlog.js';
import { addDuration, fromPosixMilliseconds, seconds } from '../../../../src/domain/time.js';
import type { AlertView } from '../../../../src/domain/views.js';
import { type Caches, expectCleanAudit, muting, observation, openCaches, retraction } from '../../../support/caches.js';
import { fillSparsely } from '../../../support/filled-cache.js';
import { silentLog } from '../../../support/logs.js';
import { bursts, postBursts, SHORT_EXPIRATION } from '../../../support/random-commands.js';

/** Observations: `npm run chaos` looks at a million. */
const MANY = Number(process.env['BACKLOG'] ?? 10_000);
/** A second is what is asked for; a suite's neighbours may take their time. */
const MOST_MILLISECONDS = process.env['BACKLOG'] === undefined ? 5_000 : 1_000;

let opened: Caches[] = [];

afterEach(async () => {
  for (const caches of opened) await caches.close();
  opened = [];
  vi.useRealTimers();
});

async function open(options: Parameters<typeof openCaches>[0] = {}): Promise<Caches> {
  const caches = await openCaches(options);
  opened.push(caches);
  return caches;
}

/** Two seconds pass with each command: observations are due sooner than they can be taken out one by one. */
function ticking(service: Caches['service']): Caches['service'] {
  return new Proxy(service, {
    get(target, name) {
      if (name === 'observe' || name === 'retract') vi.setSystemTime(Date.now() + 2_000);
      return Reflect.get(target, name);
    },
  });
}

const drain = (caches: Caches) => expireInPortions(caches.service, 'live', () => false, silentLog);

async function countIn(caches: Caches, state: string): Promise<number> {
  const { rows } = await caches.query('SELECT count(*)::int AS count FROM observation WHERE state = $1', [state]);
  return rows[0].count;
}

describe(`${MANY} observations that are due`, () => {
  test('hold up nobody: the first post, and posts while they expire, are answered soon', {
    timeout: 120_000 + 3 * MANY,
  }, async () => {
    const caches = await open();
    await fillSparsely(caches, { count: MANY });
    const before = process.memoryUsage().rss;
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 20);
    const now = fromPosixMilliseconds(Date.now());
    const slowest = { post: 0 };
    let posts = 0;
    async function post(): Promise<void> {
      const began = performance.now();
      const time = addDuration(now, seconds(-60 - 11 * posts++));
      const { sub_groups } = await caches.service.observe(observation('JUNO', time, { receivedTime: now }));
      slowest.post = Math.max(slowest.post, performance.now() - began);
      expect(sub_groups).toHaveLength(1);
    }
    await post();
    const draining = drain(caches).finally(() => clearInterval(watch));
    let isDraining = true;
    draining.finally(() => {
      isDraining = false;
    });
    while (isDraining) {
      await post();
      await pause(MANY / 10_000);
    }
    await draining;
    expect(await countIn(caches, 'expired')).toBe(MANY);
    expect(await countIn(caches, 'active')).toBe(posts);
    if (process.env['BACKLOG'] !== undefined) {
      console.log(JSON.stringify({ ...slowest, posts, mebibytes: Math.round((most - before) / 2 ** 20) }));
    }
    expect(slowest.post).toBeLessThan(MOST_MILLISECONDS);
    expect(most - before).toBeLessThan(100 * 2 ** 20);
    await expectCleanAudit(caches);
  });
});

describe('while a backlog of expiries goes in portions', () => {
  const EXPIRATION = seconds(3_600);
  const START = Date.UTC(2030, 0, 1, 12);
  const NOW = fromPosixMilliseconds(START);

  test('a portion is a command that names what goes; the last one need not', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: START - 3_600_000 });
    const caches = await open({ expiration: EXPIRATION, expiryPortion: 2 });
    for (let i = 0; i < 5; i++) {
      await caches.service.observe(
        observation('JUNO', addDuration(NOW, seconds(i - 3_700)), { receivedTime: addDuration(NOW, seconds(-3_700)) }),
      );
    }
    vi.setSystemTime(START);
    expect(await caches.service.expire('live')).toBe(true);
    expect(await countIn(caches, 'expired')).toBe(2);
    expect(await caches.service.expire('live')).toBe(true);
    expect(await caches.service.expire('live')).toBe(false);
    expect(await caches.service.expire('live')).toBe(false);
    const { rows } = await caches.query(`SELECT argument FROM message WHERE kind = 'Expiry' ORDER BY command`);
    expect(rows.map(({ argument }) => argument.observations)).toEqual([[2, 3], [4, 5], undefined]);
    await expectCleanAudit(caches);
  });

  test('an observation is judged as if all had gone: nothing that is due stands in its table', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: START });
    const caches = await open({ expiration: EXPIRATION, expiryPortion: 1 });
    const see = (detector: string, second: number) =>
      caches.service.observe(
        observation(detector, addDuration(NOW, seconds(second)), {
          cache: 'test',
          receivedTime: fromPosixMilliseconds(Date.now()),
        }),
      );
    for (const second of [0, 3, 500, 503]) await see(second % 2 === 0 ? 'JUNO' : 'DUNE', second);
    vi.setSystemTime(START + 3_601_000);
    const { alerts, sub_groups } = await see('LVD', 502);
    expect(alerts).toEqual([]);
    expect(sub_groups.map(({ rows }) => rows.map(({ detector_name }) => detector_name))).toEqual([['LVD']]);
    // Those elsewhere still wait for their turn.
    expect(await countIn(caches, 'expired')).toBe(2);
    expect(await caches.tables('test')).toHaveLength(2);
    await expectCleanAudit(caches);
  });

  test('a retraction of the latest and a mute do not mean what is due, and tell nobody of it', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: START });
    const caches = await open({ expiration: EXPIRATION, expiryPortion: 1 });
    const see = (detector: string, second: number) =>
      caches.service.observe(
        observation(detector, addDuration(NOW, seconds(second)), {
          cache: 'test',
          receivedTime: fromPosixMilliseconds(Date.now()),
        }),
      );
    for (const second of [0, 100, 200, 300]) {
      await see('JUNO', second);
      await see('DUNE', second + 1);
    }
    vi.setSystemTime(START + 3_601_000);
    const now = { receivedTime: fromPosixMilliseconds(Date.now()), cache: 'test' as const };
    await expect(caches.service.retract(retraction('JUNO', { latest: 1 }, now))).rejects.toMatchObject({
      reason: 'not-found',
    });
    expect(await caches.service.mute(muting('mute', 'DUNE', 'test'))).toMatchObject({ observations: [], alerts: [] });
    expect(await caches.service.mute(muting('unmute', 'DUNE', 'test'))).toMatchObject({ observations: [], alerts: [] });
    const late = await see('JUNO', 301.5);
    expect(late.alerts).toEqual([]);
    const { retracted, alerts } = await caches.service.retract(retraction('JUNO', { latest: 5 }, now));
    expect([retracted, alerts]).toEqual([[late.observation.uuid], []]);
    await expectCleanAudit(caches);
  });

  test('two caches that get the same, one without a backlog, alert the same and end with the same tables', {
    timeout: 240_000,
  }, async () => {
    const detectors = ['JUNO', 'DUNE', 'LVD'];
    const detector = fc.constantFrom(...detectors);
    const second = fc.nat({ max: 60 });
    const step = fc.oneof(
      { weight: 10, arbitrary: fc.record({ kind: fc.constant('observe' as const), detector, second }) },
      {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constant('retract' as const), detector, n: fc.integer({ min: 1, max: 3 }) }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('mute' as const, 'unmute' as const), detector }) },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant('wait' as const),
          milliseconds: fc.constantFrom(1_000, 1_800_000, 3_700_000),
        }),
      },
      { weight: 1, arbitrary: fc.constant({ kind: 'portion' as const }) },
    );
    vi.useFakeTimers({ toFake: ['Date'], now: START });
    const [slow, quick] = [
      await open({ expiration: EXPIRATION, expiryPortion: 1 }),
      await open({ expiration: EXPIRATION }),
    ];
    const brief = (alerts: readonly AlertView[]) =>
      alerts.map(({ detector_names, neutrino_times }) => `${detector_names.join()} ${neutrino_times.join()}`).sort();
    let clock = START;
    let hadBacklog = 0;
    const post = async (action: typeof step extends fc.Arbitrary<infer A> ? A : never) => {
      const receivedTime = fromPosixMilliseconds(clock);
      if (action.kind === 'wait') {
        clock += action.milliseconds;
        vi.setSystemTime(clock);
        return;
      }
      if (action.kind === 'portion') {
        if (await slow.service.expire('test')) hadBacklog++;
        return;
      }
      const answers: { alerts: readonly AlertView[] }[] = [];
      const { detector: name } = action;
      // The same uuids in both.
      const command =
        action.kind === 'observe'
          ? observation(name, addDuration(NOW, seconds(action.second)), { cache: 'test', receivedTime })
          : action.kind === 'retract'
            ? retraction(name, { latest: action.n }, { cache: 'test', receivedTime })
            : muting(action.kind, name, 'test');
      for (const { service } of [slow, quick]) {
        const answer =
          command.kind === 'observe'
            ? service.observe(command)
            : command.kind === 'retract'
              ? service.retract(command)
              : service.mute(command);
        answers.push(await answer.catch((error) => ({ alerts: [], reason: error.reason ?? error })));
      }
      const [one, other] = answers.map((answer) => ({
        ...answer,
        alerts: brief(answer.alerts),
        sub_groups: undefined,
        version: undefined,
      }));
      expect(one).toEqual(other);
    };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), async (steps) => {
        for (const { service } of [slow, quick])
          await service.reset({ kind: 'reset', cache: 'test', reason: '', actor: '' });
        for (const name of detectors) await post({ kind: 'unmute', detector: name });
        // More is due than a portion takes, whatever comes then.
        for (const [i, name] of detectors.entries()) await post({ kind: 'observe', detector: name, second: 20 * i });
        for (const one of [{ kind: 'wait', milliseconds: 3_700_000 } as const, { kind: 'portion' } as const, ...steps])
          await post(one);
        for (const { service } of [slow, quick]) while (await service.expire('test'));
        const rows = async ({ tables }: Caches) =>
          (await tables('test')).map((text) => text.replace(/^\d+/, '')).sort();
        expect(await rows(slow)).toEqual(await rows(quick));
        for (const caches of [slow, quick]) await expectCleanAudit(caches);
      }),
      { numRuns: 12, endOnFailure: true },
    );
    expect(hadBacklog).toBeGreaterThanOrEqual(12);
  });

  test('whatever comes in, to two replicas at once, the cache is what its commands make it', {
    timeout: 180_000,
  }, async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const caches = await open({ expiration: SHORT_EXPIRATION, expiryPortion: 1 });
    const services = [ticking(caches.service), ticking(caches.replica())] as const;
    await fc.assert(
      fc.asyncProperty(bursts, async (all) => {
        await postBursts(services, all);
        await expectCleanAudit(caches);
      }),
      { numRuns: 15, endOnFailure: true },
    );
    const { rows } = await caches.query(
      `SELECT count(*)::int AS portions FROM message WHERE kind = 'Expiry' AND argument ? 'observations'`,
    );
    expect(rows[0].portions).toBeGreaterThan(0);
  });
});
