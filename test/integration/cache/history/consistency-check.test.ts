import { beforeEach, describe, expect, test } from 'vitest';
import { checkConsistency } from '../../../../src/cache/history/consistency-check.js';
import { at, cachesForEachTest, muting, observation, openCaches, reset, retraction } from '../../../support/caches.js';

const caches = cachesForEachTest();
beforeEach(async () => {
  // Something of everything: two resets' worth of alerts, a coincidence, a retraction, a muted detector.
  await caches.service.observe(observation('JUNO', at(0)));
  await caches.service.observe(observation('DUNE', at(1)));
  await caches.service.reset(reset());
  await caches.service.observe(observation('JUNO', at(0)));
  await caches.service.observe(observation('DUNE', at(1)));
  await caches.service.observe(observation('SNO+', at(2)));
  await caches.service.observe(observation('LVD', at(500)));
  await caches.service.observe(observation('HALO', at(505)));
  await caches.service.retract(retraction('SNO+', { latest: 1 }));
  await caches.service.mute(muting('mute', 'HALO'));
});

const audit = () => checkConsistency(caches.databaseUrl, 'live');

test('what the service wrote is clean', async () => {
  expect(await audit()).toMatchObject({ clean: true, differences: [], replayed: true });
});

describe('the audit finds', () => {
  test.each([
    ['a row that is missing', `UPDATE sub_group SET rows = rows[1:1], deltas = deltas[1:1] WHERE number = 0`],
    ['rows in another order', `UPDATE sub_group SET rows = ARRAY[rows[2], rows[1]] WHERE number = 0`],
    ['a time since the first row', `UPDATE sub_group SET deltas[2] = deltas[2] + 1 WHERE number = 0`],
    ['another anchor', `UPDATE sub_group SET anchor_command = anchor_command + 1 WHERE number = 0`],
    ["a sub-group's number", `UPDATE sub_group SET number = 7 WHERE number = 0 AND closed_at IS NULL`],
    ['a sub-group that is gone', `DELETE FROM sub_group WHERE number = 1`],
    ['one that is closed', `UPDATE sub_group SET closed_at = now() WHERE number = 1`],
    [
      'one too many',
      `INSERT INTO sub_group (cache, number, anchor_command, anchor_ns, rows, deltas, created_at, updated_at)
       SELECT cache, 9, anchor_command, anchor_ns, rows, deltas, created_at, updated_at FROM sub_group
       WHERE number = 1 AND closed_at IS NULL`,
    ],
    ["an alert's type", `UPDATE alert SET alert_type = 'UPDATE' WHERE sequence = 3`],
    ["an alert's sub-group", `UPDATE alert SET sub_group = 4 WHERE sequence = 3`],
    ["an alert's rows", `UPDATE alert SET observations = observations[1:1] WHERE sequence = 3`],
    ["an alert's cause", `UPDATE alert SET message_uuid = gen_random_uuid() WHERE sequence = 3`],
    ["an alert's id", `UPDATE alert SET id = gen_random_uuid() WHERE sequence = 3`],
    ['an alert that is gone', `DELETE FROM alert WHERE sequence = 3`],
    ['an alert of before the reset that is gone', `DELETE FROM alert WHERE sequence = 1`],
    ['the newest alert gone', `DELETE FROM alert WHERE sequence = (SELECT max(sequence) FROM alert)`],
    ['a gap between alerts', `UPDATE alert SET sequence = 1000 WHERE sequence = (SELECT max(sequence) FROM alert)`],
    ['times that do not rise', `UPDATE alert SET sent_ns = 0 WHERE sequence = 2`],
    [
      'an active observation',
      `UPDATE observation SET state = 'retracted' WHERE state = 'active' AND detector_name = 'LVD'`,
    ],
    ['a retracted one', `UPDATE observation SET state = 'active' WHERE state = 'retracted'`],
    ['a muted one', `UPDATE observation SET state = 'active' WHERE state = 'muted'`],
    [
      'a time',
      `UPDATE observation SET neutrino_ns = neutrino_ns + 20000000000 WHERE state = 'active' AND detector_name = 'DUNE'`,
    ],
    ['whose it is', `UPDATE observation SET detector_name = 'JUNO' WHERE state = 'active' AND detector_name = 'DUNE'`],
    ['the count of sequences', `UPDATE cache SET next_sequence = next_sequence + 1 WHERE name = 'live'`],
    ['the count of sub-groups', `UPDATE cache SET next_sub_group = next_sub_group + 1 WHERE name = 'live'`],
    ['the count of resets', `UPDATE cache SET reset_count = reset_count + 1 WHERE name = 'live'`],
    ['the engine', `UPDATE cache SET engine = 'reference' WHERE name = 'live'`],
    ['the window', `UPDATE cache SET window_ns = 500000000 WHERE name = 'live'`],
  ])('%s', async (_, tampering) => {
    const { rowCount } = await caches.query(tampering);
    expect(rowCount).toBeGreaterThan(0);
    const report = await audit();
    expect(report.clean).toBe(false);
    expect(report.differences.length).toBeGreaterThan(0);
  });

  test('a change of the reference engine’s state', async () => {
    const asInSnewsCs = await openCaches({ engine: 'reference' });
    try {
      await asInSnewsCs.service.observe(observation('JUNO', at(0)));
      await asInSnewsCs.service.observe(observation('DUNE', at(1)));
      await asInSnewsCs.query(
        `UPDATE cache SET engine_state = jsonb_set(engine_state, '{numbers,0,rememberedRows}', '7') WHERE name = 'live'`,
      );
      expect(await checkConsistency(asInSnewsCs.databaseUrl, 'live')).toMatchObject({ clean: false });
    } finally {
      await asInSnewsCs.close();
    }
  });
});

describe('where commands are not all kept', () => {
  test('the tables are still checked, and the report says what was not', async () => {
    await caches.query(`DELETE FROM message WHERE kind = 'Retraction'`);
    expect(await audit()).toMatchObject({ clean: true, replayed: false });
    await caches.query(`UPDATE sub_group SET rows = rows[1:1], deltas = deltas[1:1] WHERE number = 0`);
    expect(await audit()).toMatchObject({ clean: false, replayed: false });
  });
});
