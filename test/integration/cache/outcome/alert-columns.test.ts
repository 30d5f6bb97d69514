import { expect, test } from 'vitest';
import type { CommittedAlert } from '../../../../src/cache/contract.js';
import { at, cachesForEachTest, observation } from '../../../support/caches.js';

/** What an array's text of PostgreSQL must quote, as far as a detector's name may hold it. */
const HOSTILE = ['a"b\\c', '{d,e}', 'NULL', "f'); --"];

const caches = cachesForEachTest();

test('An alert is stored as it was answered, and handed over as it is stored, whatever its detectors are called', async () => {
  for (const name of HOSTILE) {
    await caches.query(
      `INSERT INTO detector (name, id, full_name, type, site, latitude, longitude)
      SELECT $1, max(id) + 1, $1, 'test', 'nowhere', 0, 0 FROM detector`,
      [name],
    );
  }
  const told: CommittedAlert[] = [];
  caches.service.onAlerts((_cache, alerts) => told.push(...alerts));
  const answered = [];
  for (const [i, name] of HOSTILE.entries()) {
    const pVal = i === 1 ? null : 0.25;
    answered.push(...(await caches.service.observe(observation(name, at(i), { pVal }))).alerts);
  }

  const { rows } = await caches.query(
    `SELECT id, sequence::int, cache, alert_type, sub_group, event_id, pre_sn, detector_names, neutrino_times, p_values,
      p_values_average, false_alarm, server_tag, payload, payload::text AS text, sent_ns, first_ns, last_ns,
      (SELECT array_agg(o.detector_name ORDER BY o.neutrino_ns) FROM observation o WHERE o.uuid = ANY(a.observations)) AS seen
    FROM alert a ORDER BY sequence`,
  );
  expect(answered).toHaveLength(HOSTILE.length - 1);
  for (const [i, { sent_time_utc: _, ...alert }] of answered.entries()) {
    const names = HOSTILE.slice(0, i + 2);
    expect(rows[i]).toMatchObject({ ...alert, detector_names: names, seen: names });
    expect([rows[i].first_ns, rows[i].last_ns]).toEqual([String(at(0)), String(at(i + 1))]);
  }
  expect(told).toEqual(rows.map(({ id, sequence, text }) => ({ id, sequence, payload: text })));
});
