import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { switchCaches } from '../../../../src/cache/history/switch.js';
import { countObservations, firstMessageAt } from '../../../../src/cache/store/observation-counts.js';
import { startMeasuredRates } from '../../../../src/cache/upkeep/measured-rates.js';
import { createPrisma } from '../../../../src/database/prisma.js';
import type { ArchiveCommand } from '../../../../src/domain/commands.js';
import type { ObservationCounts } from '../../../../src/domain/measured-false-alarm.js';
import { addDuration, seconds } from '../../../../src/domain/time.js';
import { createAlerts } from '../../../../src/reads/alerts.js';
import {
  at,
  cachesForEachTest,
  expectCleanAudit,
  heartbeat,
  observation,
  poolForEachTest,
  RECEIVED,
  retraction,
} from '../../../support/caches.js';
import { captureLog } from '../../../support/logs.js';

const DAY = 86_400;
let observed: ObservationCounts | null;
const { log, messages, clear } = captureLog('warn');

const caches = cachesForEachTest({ observed: () => observed });
const pool = poolForEachTest(caches, log);
beforeEach(async () => {
  observed = null;
  clear();
});
afterEach(async () => {
  vi.useRealTimers();
});

/** Over thirty days. */
function seen(counts: readonly (readonly [string, number])[]): ObservationCounts {
  return { days: 30, byDetector: new Map(counts) };
}

/** Counts per minute as the service left them `days` ago. */
async function sent(detector: string, observations: number, days: number, cache = 'live'): Promise<void> {
  await caches.query(
    `INSERT INTO detector_minute VALUES ($1, $2, floor(extract(epoch FROM now()) / 60)::int - $3::int, $4)`,
    [cache, detector, days * 1440, observations],
  );
}

test('live observations of 30 days are counted by their receipt, the retracted and expired ones too', async () => {
  const { service } = caches;
  const retracted = observation('JUNO', at(0));
  await service.observe(retracted);
  await service.retract(retraction('JUNO', { uuid: retracted.uuid }));
  await service.observe(observation('JUNO', at(-DAY), { receivedTime: addDuration(RECEIVED, seconds(-DAY)) }));
  // Older than a day when it came: stored as expired.
  await service.observe(observation('JUNO', at(-30 * 3600)));
  await service.observe(observation('JUNO', at(0), { cache: 'test' }));
  await service.observe(observation('JUNO', at(0), { cache: 'firedrill' }));
  await sent('LZ', 7, 29);
  await sent('LZ', 2, 10);
  await sent('HALO', 100, 30);
  const { byDetector, days } = await countObservations(pool, new Date(), new Date(0));
  expect([Object.fromEntries(byDetector), days]).toEqual([{ JUNO: 3, LZ: 9 }, 30]);
});

test('a coincidence shows the measured rate of the very detectors that are online, on Kafka too', async () => {
  const { service } = caches;
  observed = seen([
    ['JUNO', 259_200],
    ['DUNE', 259_200],
    ['HALO', 259_200],
    ['LVD', 259_200],
  ]);
  await service.observe(observation('HALO', at(5_000)));
  await service.observe(observation('JUNO', at(0)));
  const { alerts, sub_groups } = await service.observe(observation('DUNE', at(1)));
  // Three detectors with a trigger each 10 s, the window: 3 · 0.1 · (1 − e^−2). LVD isn't online.
  const measured = { detectors_measured: 3, detectors_assumed: 0, days: 30, rate_hz: expect.closeTo(0.259_399_415, 8) };
  expect(alerts).toMatchObject([
    {
      false_alarm: { online_detectors: 3, coincident_detectors: 2, measured },
      payload: { measured_false_alarm_rate_hz: measured.rate_hz },
    },
  ]);
  expect(sub_groups[0]?.false_alarm).toEqual(alerts[0]?.false_alarm);
  // 1/(0.259399415 Hz · 31,556,926 s)
  expect(alerts[0]?.false_alarm?.measured?.mean_years_between).toBeCloseTo(1.221_63e-7, 11);
});

test('the measured rate is frozen until the rows change, and survives in the database', async () => {
  const { service } = caches;
  observed = seen([['JUNO', 259_200]]);
  await service.observe(observation('JUNO', at(0)));
  const { alerts } = await service.observe(observation('DUNE', at(1)));
  const before = alerts[0]?.false_alarm;
  expect(before).toMatchObject({ measured: { detectors_measured: 1, detectors_assumed: 1 } });
  observed = seen([
    ['JUNO', 259_200],
    ['DUNE', 259_200],
  ]);
  await service.observe(observation('HALO', at(500)));
  const figure = async () => (await caches.coincidences()).sub_groups[0]?.false_alarm;
  expect(await figure()).toEqual(before);
  const prisma = createPrisma(caches.databaseUrl, log);
  expect((await createAlerts(prisma).after('live', 0, 10))[0]?.false_alarm).toEqual(before);
  await prisma.$disconnect();
  await service.observe(observation('LVD', at(2)));
  expect(await figure()).toMatchObject({ measured: { detectors_measured: 2, detectors_assumed: 2 } });
  await expectCleanAudit(caches);
});

test('with fewer detectors online than rows, those of the table are counted', async () => {
  const { service } = caches;
  observed = seen([
    ['JUNO', 5],
    ['DUNE', 5],
  ]);
  const first = observation('JUNO', at(0));
  await service.observe(first);
  await service.observe(observation('DUNE', at(1)));
  await service.observe(observation('HALO', at(2)));
  await caches.query('UPDATE detector SET beat_status = NULL');
  const { alerts } = await service.retract(retraction('HALO', { latest: 1 }));
  // Nobody is on, JUNO and DUNE are left.
  expect(alerts).toMatchObject([
    { alert_type: 'RETRACTION', false_alarm: { online_detectors: 2, measured: { detectors_measured: 2 } } },
  ]);
});

test('the rates are of the time since the first live message that came here, whatever was imported', async () => {
  const now = Date.now();
  const beat = (days: number, fields: Partial<ArchiveCommand> = {}) =>
    caches.service.archive(heartbeat('LZ', now - days * DAY * 1_000, 'ON', fields));
  // The founding of the caches is no message.
  expect(await firstMessageAt(pool)).toBeNull();
  expect(await countObservations(pool, new Date(now), null)).toEqual({ days: 0, byDetector: new Map() });
  await beat(20, { source: 'import:operator' });
  await beat(12, { cache: 'test' });
  await beat(10);
  await beat(1);
  await sent('LZ', 864, 3);
  const first = await firstMessageAt(pool);
  expect(first).toEqual(new Date(now - 10 * DAY * 1_000));
  const measured = await countObservations(pool, new Date(now), first);
  expect(measured).toEqual({ days: 10, byDetector: new Map([['LZ', 864]]) });
});

test('a rebuilt table has a measured rate too', async () => {
  const { service, databaseUrl } = caches;
  await service.observe(observation('JUNO', at(0)));
  await service.observe(observation('DUNE', at(1)));
  await service.archive(heartbeat('DUNE', Date.now() - 3 * DAY * 1_000));
  await sent('DUNE', 9, 2);
  await switchCaches(databaseUrl, [
    { kind: 'switch', cache: 'live', engine: 'complete', window: seconds(5), actor: 'x' },
  ]);
  const { sub_groups } = await caches.coincidences();
  expect(sub_groups).toMatchObject([{ false_alarm: { measured: { detectors_measured: 1, detectors_assumed: 1 } } }]);
});

test('counts each minute; what was counted last holds where counting fails, with a warning', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await sent('LZ', 7, 1);
  const rates = startMeasuredRates(pool, log);
  const aMinuteLater = () => {
    vi.advanceTimersByTime(60_000);
    return rates.counted();
  };
  expect(rates.counts()).toBeNull();
  await rates.counted();
  expect(rates.counts()?.byDetector).toEqual(new Map([['LZ', 7]]));
  await sent('LZ', 2, 2);
  await caches.query('ALTER TABLE detector_minute RENAME TO away');
  await aMinuteLater();
  expect(rates.counts()?.byDetector).toEqual(new Map([['LZ', 7]]));
  expect(messages('warn')).toEqual(['measured-rates:not-counted']);
  await caches.query('ALTER TABLE away RENAME TO detector_minute');
  await aMinuteLater();
  expect(rates.counts()?.byDetector).toEqual(new Map([['LZ', 9]]));
  await rates.stop();
});
