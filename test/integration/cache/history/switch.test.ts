import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkConsistency } from '../../../../src/cache/history/consistency-check.js';
import { createCaches } from '../../../../src/cache/history/create-caches.js';
import { seconds } from '../../../../src/domain/time.js';
import type { SubGroupView } from '../../../../src/domain/views.js';
import {
  at,
  type Caches,
  cachesForEachTest,
  expectCleanAudit,
  muting,
  observation,
  openCaches,
  reset,
  retraction,
} from '../../../support/caches.js';
import { bursts, postBursts, SHORT_EXPIRATION, switchLive } from '../../../support/random-commands.js';

const caches = cachesForEachTest();

/** A table without what tells when it was made: its times, and the figure that depends on who was online then. */
const content = ({ number, event_id, rows, p_values_average }: SubGroupView) => ({
  number,
  event_id,
  rows,
  p_values_average,
});

async function alertsAndEvents({ query }: Caches = caches): Promise<{ alerts: unknown[]; events: unknown[] }> {
  const alerts = await query('SELECT id, sequence FROM alert ORDER BY cache, sequence');
  const events = await query('SELECT id, state FROM event ORDER BY id');
  return { alerts: alerts.rows, events: events.rows };
}

/** JUNO sends twice, which the engines take differently: `reference` overwrites, `complete` keeps both. */
async function fill(): Promise<void> {
  const commands = [
    observation('JUNO', at(0)),
    observation('DUNE', at(4)),
    observation('SNO+', at(12)),
    observation('JUNO', at(13)),
    observation('LVD', at(500)),
  ];
  for (const command of commands) await caches.service.observe(command);
}

describe('a switch of the engine', () => {
  test('rebuilds the tables from the commands: there and back again they are what they were', async () => {
    await fill();
    const [tables, before] = [await caches.coincidences(), await alertsAndEvents()];
    expect(tables.sub_groups.length).toBeGreaterThan(2);

    await switchLive(caches, 'reference');
    const asInSnewsCs = await caches.coincidences();
    expect(asInSnewsCs.engine).toBe('reference');
    expect(asInSnewsCs.version).toBeGreaterThan(tables.version);
    expect(asInSnewsCs.sub_groups.map(content)).not.toEqual(tables.sub_groups.map(content));
    await expectCleanAudit(caches);

    await switchLive(caches, 'complete');
    const again = await caches.coincidences();
    expect(again.engine).toBe('complete');
    expect(again.sub_groups.map(content)).toEqual(tables.sub_groups.map(content));
    expect(await alertsAndEvents()).toEqual(before);
    await expectCleanAudit(caches);
  });

  test('makes the tables that the new engine would have made from the beginning', async () => {
    const fromTheBeginning = await openCaches({ engine: 'reference' });
    try {
      const commands = [0, 3, 6, 12, 30].map((time, i) =>
        observation(['JUNO', 'DUNE', 'JUNO', 'LVD'][i % 4] ?? '', at(time)),
      );
      for (const command of commands) {
        await caches.service.observe(command);
        await fromTheBeginning.service.observe(command);
      }
      await switchLive(caches, 'reference');
      expect(await caches.tables()).toEqual(await fromTheBeginning.tables());
      const next = observation('SNO+', at(5));
      const [answer, expected] = [await caches.service.observe(next), await fromTheBeginning.service.observe(next)];
      expect(answer.alerts.map(({ alert_type, sub_group }) => [alert_type, sub_group])).toEqual(
        expected.alerts.map(({ alert_type, sub_group }) => [alert_type, sub_group]),
      );
      expect(await caches.tables()).toEqual(await fromTheBeginning.tables());
      await expectCleanAudit(caches);
    } finally {
      await fromTheBeginning.close();
    }
  });

  test('sends no alert; coincidences that stand keep their events', async () => {
    await fill();
    const events = new Set((await caches.coincidences()).sub_groups.flatMap(({ event_id }) => event_id ?? []));
    const { rows: alerts } = await caches.query('SELECT id FROM alert');
    await switchLive(caches, 'reference');
    const kept = (await caches.coincidences()).sub_groups.filter(({ rows }) => rows.length >= 2);
    expect(kept.length).toBeGreaterThan(0);
    for (const { event_id } of kept) expect(events).toContain(event_id);
    expect((await caches.query('SELECT id FROM alert')).rows).toEqual(alerts);
  });

  test('of the window too', async () => {
    await caches.service.observe(observation('JUNO', at(0)));
    await caches.service.observe(observation('DUNE', at(15)));
    await switchLive(caches, 'complete', seconds(20));
    expect(await caches.tables()).toEqual(['0: JUNO+0 DUNE+15']);
    await expectCleanAudit(caches);
    await switchLive(caches, 'complete', seconds(10));
    expect(await caches.tables()).toEqual(['0: JUNO+0', '1: DUNE+0']);
    await expectCleanAudit(caches);
  });

  test('is heard by a service that runs', async () => {
    await fill();
    await switchLive(caches, 'reference');
    await caches.service.observe(observation('JUNO', at(505)));
    await caches.service.retract(retraction('JUNO', { latest: 1 }));
    await expectCleanAudit(caches);
    await switchLive(caches, 'complete');
    await caches.service.observe(observation('JUNO', at(506)));
    expect(await caches.tables()).toContain('2: LVD+0 JUNO+6');
    await expectCleanAudit(caches);
  });

  test('after a reset and with a muted detector concerns what came since, without the muted', async () => {
    await fill();
    await caches.service.mute(muting('mute', 'LVD'));
    await caches.service.reset(reset());
    await caches.service.observe(observation('JUNO', at(0)));
    await caches.service.observe(observation('LVD', at(1)));
    await switchLive(caches, 'reference');
    expect(await caches.tables()).toEqual(['0: JUNO+0']);
    await expectCleanAudit(caches);
    await caches.service.mute(muting('unmute', 'LVD'));
    expect(await caches.tables()).toEqual(['0: JUNO+0 LVD+1']);
    await expectCleanAudit(caches);
  });

  test('there and back again after 40 random sequences', { timeout: 120_000 }, async () => {
    const short = await openCaches({ expiration: SHORT_EXPIRATION });
    const services = [short.service, short.replica()] as const;
    await fc.assert(
      fc.asyncProperty(bursts, async (all) => {
        await postBursts(services, all);
        const before = await alertsAndEvents(short);
        const { sub_groups: tables } = await short.coincidences();
        for (const engine of ['reference', 'complete'] as const) {
          await switchLive(short, engine);
          expect((await checkConsistency(short.databaseUrl, 'live')).differences).toEqual([]);
        }
        const { sub_groups: again } = await short.coincidences();
        expect(again.map(({ number, rows }) => ({ number, rows }))).toEqual(
          tables.map(({ number, rows }) => ({ number, rows })),
        );
        expect(await alertsAndEvents(short)).toMatchObject({ alerts: before.alerts });
      }),
      { numRuns: 40, endOnFailure: true },
    );
    await short.close();
  });
});

describe('a replica that is configured otherwise does not start, and says how to switch', () => {
  test.each([
    ['engine', 'reference', 10, '--engine reference --window 10'],
    ['window', 'complete', 20, '--engine complete --window 20'],
  ] as const)('another %s', async (_, engine, window, options) => {
    await expect(createCaches(caches.databaseUrl, engine, seconds(window))).rejects.toMatchObject({
      name: 'CacheMismatch',
      message: expect.stringContaining(`snews cache switch ${options}`),
    });
  });

  test('the same starts', async () => {
    await createCaches(caches.databaseUrl, 'complete', seconds(10));
    await caches.service.observe(observation('JUNO', at(0)));
    expect(await caches.tables()).toHaveLength(1);
  });
});
