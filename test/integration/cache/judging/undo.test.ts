import { beforeEach, describe, expect, test } from 'vitest';
import {
  at,
  checkedCachesForEachTest,
  expectCleanAudit,
  expectRefused,
  muting,
  observation,
  openCaches,
  reset,
  retraction,
  undoing,
} from '../../../support/caches.js';
import { switchLive } from '../../../support/random-commands.js';

const caches = checkedCachesForEachTest();

const observe = async (...all: Parameters<typeof observation>[]) => {
  const sent = all.map((given) => observation(...given));
  for (const one of sent) await caches.service.observe(one);
  return sent;
};

/** `COINC_MSG 0: JUNO DUNE`, of the alerts after a sequence. */
async function alertsAfter(sequence: number): Promise<string[]> {
  const { rows } = await caches.query(
    'SELECT alert_type, sub_group, detector_names FROM alert WHERE sequence > $1 ORDER BY sequence',
    [sequence],
  );
  return rows.map(
    ({ alert_type, sub_group, detector_names }) => `${alert_type} ${sub_group}: ${detector_names.join(' ')}`,
  );
}

describe('undoing a reset acts as the observation again of what it dropped, in order of reception', () => {
  test('with the alerts of observations; what came since stays', async () => {
    await observe(['JUNO', at(1)], ['DUNE', at(0)], ['SNO+', at(100)]);
    const dropped = await caches.service.reset(reset());
    await observe(['LVD', at(3)]);
    const undone = await caches.service.undoReset(undoing(dropped));
    expect(undone).toMatchObject({ id: dropped.id, cache: 'live', dropped: 3, actor: 'tester', reason: 'a test' });
    expect(undone.undo).toMatchObject({ actor: 'tester', restored: 3, alerts: 2 });
    expect(undone.undo?.done_at).not.toBeNull();
    expect(await alertsAfter(1)).toEqual(['COINC_MSG_STAGGERED 0: JUNO LVD', 'COINC_MSG_STAGGERED 0: DUNE JUNO LVD']);
    expect(await caches.tables()).toEqual(['0: DUNE+0 JUNO+1 LVD+3', '1: SNO++0']);
  });

  test('a detector’s later time, received before the reset, does not replace the one that came since', async () => {
    await observe(['JUNO', at(5)]);
    const dropped = await caches.service.reset(reset());
    const [last] = await observe(['JUNO', at(0)]);
    await caches.service.undoReset(undoing(dropped));
    expect(await caches.tables()).toEqual(['0: JUNO+0']);
    const { retracted } = await caches.service.retract(retraction('JUNO', { latest: 1 }));
    expect(retracted).toEqual([last?.uuid]);
  });

  test('what was retracted since stays away, also for who asks for the retraction again', async () => {
    const [first] = await observe(['JUNO', at(0)], ['DUNE', at(1)]);
    const dropped = await caches.service.reset(reset());
    const withdrawal = retraction('JUNO', { uuid: first?.uuid ?? '' });
    expect(await caches.service.retract(withdrawal)).toMatchObject({ retracted: [], alerts: [] });
    expect(await caches.service.retract(withdrawal)).toMatchObject({ duplicate: true, retracted: [] });
    expect((await caches.service.undoReset(undoing(dropped))).undo).toMatchObject({ restored: 1, alerts: 0 });
    expect(await caches.tables()).toEqual(['0: DUNE+0']);
  });

  test('a muted detector’s come back muted, and into the tables when it is unmuted', async () => {
    await observe(['JUNO', at(0)], ['DUNE', at(1)]);
    const dropped = await caches.service.reset(reset());
    await caches.service.mute(muting('mute', 'JUNO'));
    expect((await caches.service.undoReset(undoing(dropped))).undo).toMatchObject({ restored: 2, alerts: 0 });
    expect([...(await caches.states()).values()].toSorted()).toEqual(['active', 'muted']);
    expect((await caches.service.mute(muting('unmute', 'JUNO'))).alerts).toHaveLength(1);
  });

  test('what was muted before the reset and is no longer is back in the tables', async () => {
    await caches.service.mute(muting('mute', 'JUNO'));
    await observe(['JUNO', at(0)]);
    const dropped = await caches.service.reset(reset());
    await caches.service.mute(muting('unmute', 'JUNO'));
    await caches.service.undoReset(undoing(dropped));
    expect(await caches.tables()).toEqual(['0: JUNO+0']);
  });

  test('what has expired since stays away', async () => {
    await observe(['JUNO', at(0)], ['DUNE', at(1)]);
    const dropped = await caches.service.reset(reset());
    await caches.query(`UPDATE observation SET expires_ns = 0 WHERE detector_name = 'JUNO'`);
    expect((await caches.service.undoReset(undoing(dropped))).undo).toMatchObject({ restored: 1 });
    expect(await caches.tables()).toEqual(['0: DUNE+0']);
  });
});

describe('only what that reset dropped comes back', () => {
  test('and what a later one dropped does not', async () => {
    await observe(['JUNO', at(0)]);
    const first = await caches.service.reset(reset());
    await observe(['DUNE', at(1)]);
    const second = await caches.service.reset(reset());
    await caches.service.undoReset(undoing(first));
    expect(await caches.tables()).toEqual(['0: JUNO+0']);
    await caches.service.undoReset(undoing(second));
    expect(await caches.tables()).toEqual(['0: JUNO+0 DUNE+1']);
  });

  test('a reset after an undo drops it all again, and is undone in its turn', async () => {
    await observe(['JUNO', at(0)]);
    const first = await caches.service.reset(reset());
    await caches.service.undoReset(undoing(first));
    await observe(['DUNE', at(1)]);
    const second = await caches.service.reset(reset());
    expect(second.dropped).toBe(2);
    expect((await caches.service.undoReset(undoing(first))).undo).toMatchObject({ restored: 1 });
    expect(await caches.tables()).toEqual([]);
    await caches.service.undoReset(undoing(second));
    expect(await caches.tables()).toEqual(['0: JUNO+0 DUNE+1']);
  });
});

describe('to undo what is undone changes nothing', () => {
  test('twice, at once and from two replicas: the answer is the same', async () => {
    await observe(['JUNO', at(0)], ['DUNE', at(1)]);
    const dropped = await caches.service.reset(reset());
    const other = caches.replica();
    const answers = await Promise.all([
      caches.service.undoReset(undoing(dropped)),
      caches.service.undoReset(undoing(dropped)),
      other.undoReset(undoing(dropped)),
    ]);
    answers.push(await other.undoReset(undoing(dropped)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await alertsAfter(1)).toHaveLength(1);
    const acts = await caches.query(`SELECT actor, detail FROM admin_act WHERE act = 'cache:undo-reset'`);
    expect(acts.rows).toEqual([{ actor: 'tester', detail: { cache: 'live', reset: dropped.id, dropped: 2 } }]);
  });

  test('a reset that dropped nothing leaves no command behind', async () => {
    const dropped = await caches.service.reset(reset());
    expect((await caches.service.undoReset(undoing(dropped))).undo).toMatchObject({ restored: 0, alerts: 0 });
    const { rows } = await caches.query(`SELECT FROM message WHERE kind = 'UndoReset'`);
    expect(rows).toEqual([]);
  });
});

test('after a day a reset stands, and one that nobody knows is told from it', async () => {
  await observe(['JUNO', at(0)]);
  const dropped = await caches.service.reset(reset());
  await caches.query(`UPDATE cache_reset SET at = at - interval '24 hours'`);
  await expectRefused(caches.service.undoReset(undoing(dropped)), 'too-late');
  await expectRefused(caches.service.undoReset(undoing({ id: '9ccdc218-2552-4e33-b023-04308a21bd20' })), 'not-found');
  expect(await caches.tables()).toEqual([]);
});

describe('more than a portion', () => {
  const many = Array.from({ length: 620 }, (_, i) => observation(['JUNO', 'DUNE'][i % 2] ?? '', at(i * 4)));

  beforeEach(async () => {
    await Promise.all(many.map((one) => caches.service.observe(one)));
  });

  test('comes back in order of reception, each portion a command, others in between', async () => {
    const before = await caches.tables();
    const dropped = await caches.service.reset(reset());
    const [undone] = await Promise.all([
      caches.service.undoReset(undoing(dropped)),
      observe(['SNO+', at(-1000)], ['SNO+', at(-2000)]),
    ]);
    expect(undone.undo).toMatchObject({ restored: 620, done_at: expect.any(String) });
    const { rows } = await caches.query(`SELECT argument->'observations' AS orders FROM message WHERE kind = 'UndoReset'
      ORDER BY command`);
    expect(rows.length).toBeGreaterThan(2);
    const orders = rows.flatMap((row) => row.orders);
    expect(orders).toEqual(orders.toSorted((a, b) => a - b));
    expect(orders).toHaveLength(620);
    const rowsOf = (tables: string[]) => tables.map((table) => table.replace(/^\d+: /, '')).toSorted();
    expect(rowsOf(await caches.tables())).toEqual(rowsOf([...before, '0: SNO++0', '0: SNO++0']));
  });

  test('one that broke off is gone on with by whoever is left', async () => {
    const dropped = await caches.service.reset(reset());
    await caches.query(`UPDATE cache_reset SET undo_asked_at = now(), undo_actor = 'tester'`);
    const { rows } = await caches.query('SELECT undone_at FROM cache_reset');
    expect(rows).toEqual([{ undone_at: null }]);
    expect(await caches.replica().goOnUndoing()).toBe(false);
    expect((await caches.service.undoReset(undoing(dropped))).undo).toMatchObject({ restored: 620 });
  });

  test('a later reset ends one that is under way; both can be undone', async () => {
    const first = await caches.service.reset(reset());
    // An undo that has come as far as the 250th when the reset comes.
    const { rows: later } = await caches.query('SELECT command FROM observation ORDER BY command OFFSET 250');
    const behind = [later[0].command];
    await caches.query('UPDATE observation SET reset_by = NULL WHERE command >= $1', behind);
    await caches.service.undoReset(undoing(first));
    await caches.query(
      `UPDATE observation SET reset_by = (SELECT command FROM cache_reset) WHERE command >= $1`,
      behind,
    );
    await caches.query('UPDATE cache_reset SET undone_at = NULL, undo_from = $1', behind);
    const second = await caches.service.reset(reset());
    expect(second.dropped).toBe(250);
    expect(await caches.service.goOnUndoing()).toBe(false);
    expect(await caches.tables()).toEqual([]);
    // Only what this one dropped, though the rest of the first's was received before it too.
    expect((await caches.service.undoReset(undoing(second))).undo).toMatchObject({ restored: 250 });
    expect((await caches.service.undoReset(undoing(first))).undo).toMatchObject({ restored: 620 });
    const { rows } = await caches.query(`SELECT count(*)::int AS active FROM observation WHERE state = 'active'`);
    expect(rows).toEqual([{ active: 620 }]);
  });

  test('the engine can be changed after it: the tables are rebuilt with what came back', async () => {
    const before = await caches.tables();
    const dropped = await caches.service.reset(reset());
    await caches.service.undoReset(undoing(dropped));
    await switchLive(caches, 'reference');
    await expectCleanAudit(caches);
    await switchLive(caches, 'complete');
    expect(await caches.tables()).toEqual(before);
  });
});

test('under reference, what came back overdue expires when the engine becomes complete', async () => {
  const asInSnewsCs = await openCaches({ engine: 'reference' });
  try {
    const [old, young] = [observation('JUNO', at(0)), observation('DUNE', at(100))];
    await asInSnewsCs.service.observe(old);
    await asInSnewsCs.service.observe(young);
    const dropped = await asInSnewsCs.service.reset(reset());
    await asInSnewsCs.query('UPDATE observation SET expires_ns = received_ns + 1 WHERE uuid = $1', [old.uuid]);
    expect((await asInSnewsCs.service.undoReset(undoing(dropped))).undo).toMatchObject({ restored: 2 });
    await expectCleanAudit(asInSnewsCs);
    await switchLive(asInSnewsCs, 'complete');
    expect(await asInSnewsCs.tables()).toEqual(['0: DUNE+0']);
    await expectCleanAudit(asInSnewsCs);
  } finally {
    await asInSnewsCs.close();
  }
});
