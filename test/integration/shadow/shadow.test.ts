import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { readCommands } from '../../../src/cache/history/history.js';
import { createPool } from '../../../src/database/pool.js';
import type { CacheName } from '../../../src/domain/cache-name.js';
import type { Engine, EngineName } from '../../../src/domain/coincidence/engine.js';
import { engineNamed } from '../../../src/domain/coincidence/engines.js';
import { openLedger } from '../../../src/domain/coincidence/ledgers.js';
import { Rejection } from '../../../src/domain/commands.js';
import { addDuration, fromPosixMilliseconds, parseUtc, seconds } from '../../../src/domain/time.js';
import type { ShadowAlertView, ShadowCacheView, ShadowDifferenceView } from '../../../src/domain/views.js';
import { openReads } from '../../../src/reads/reads.js';
import { createFollower } from '../../../src/shadow/follower.js';
import { at, type Caches, muting, observation, openCaches, reset, retraction } from '../../support/caches.js';
import { captureLog } from '../../support/logs.js';
import { bursts, postBursts, SHORT_EXPIRATION, switchLive } from '../../support/random-commands.js';
import { type RecordedStep, readTraces, stepsBeforeFailure, type TraceOp } from '../../support/traces.js';

let caches: Caches;
const ends: (() => Promise<void>)[] = [];
const { log, lines: warnings, clear } = captureLog('warn');

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  clear();
});

async function open(...options: Parameters<typeof openCaches>): Promise<void> {
  caches = await openCaches(...options);
  ends.unshift(() => caches.close());
}

/** A replica's follower. */
async function follower(engine: Engine<unknown>, cache: CacheName = 'live') {
  const pool = createPool(caches.databaseUrl, log);
  const client = await pool.connect();
  ends.unshift(async () => {
    client.release();
    await pool.end();
  });
  // A restart begins with a state from the database, and some commands after it.
  return createFollower({ client, cache, engine, log, checkpointCommands: 7 });
}

async function catchUp({ advance }: { advance(): Promise<number> }): Promise<void> {
  while ((await advance()) > 0);
}

async function reports(engine: EngineName, cache: CacheName = 'live') {
  const { reads, close } = openReads(caches.databaseUrl, log, { shadowEngine: engine });
  ends.unshift(close);
  const { shadow } = reads;
  const summary = (await shadow.summary()).caches.find((one) => one.cache === cache);
  const differences: ShadowDifferenceView[] = [];
  for (let after: number | null | undefined; after !== null; ) {
    const page = await shadow.differences({ cache }, { limit: 1_000, after });
    differences.push(...page.items);
    after = page.next;
  }
  return { summary: summary as ShadowCacheView, differences: differences.reverse() };
}

/** Alerts as sets, worked out without the service: `COINC_MSG DUNE@…=0.5 JUNO@…=0.5`. */
function textOf(type: string, names: readonly string[], times: readonly string[], pValues: readonly unknown[]): string {
  return [type, ...names.map((name, i) => `${name}@${parseUtc(times[i] as string)}=${pValues[i]}`).sort()].join(' ');
}

const viewTexts = (alerts: readonly ShadowAlertView[]) =>
  alerts.map((one) => textOf(one.alert_type, one.detector_names, one.neutrino_times, one.p_values)).sort();

const stepTexts = (step: RecordedStep | undefined) =>
  (step?.alerts ?? []).map(([type, , names, times, pValues]) => textOf(type, names, times, pValues)).sort();

/** What of `texts` has no partner among `others`. */
function without(texts: readonly string[], others: readonly string[]): string[] {
  const rest = [...others];
  return texts.filter((text) => {
    const place = rest.indexOf(text);
    if (place >= 0) rest.splice(place, 1);
    return place < 0;
  });
}

describe('snews_cs beside the complete engine', () => {
  const recordings = readTraces().flatMap(({ name, ops, complete: main, reference }) =>
    reference === null ? [] : [{ name, ops, main, shadow: stepsBeforeFailure(reference) }],
  );

  /** Hands the ops of a trace to the test cache; the uuid of each one's message. */
  function postTrace(ops: readonly TraceOp[]): Promise<string>[] {
    const cache = 'test';
    const uuids = new Map<string, string>();
    return ops.map((op) => {
      const uuid = randomUUID();
      const post = (): Promise<unknown> => {
        switch (op.op) {
          case 'observe':
            uuids.set(op.id, uuid);
            return caches.service.observe(
              observation(op.detector_name, parseUtc(op.neutrino_time_utc), { cache, uuid, id: op.id, pVal: op.p_val }),
            );
          case 'retract_detector':
            return caches.service.retract(retraction(op.detector_name, { latest: 1_000 }, { cache, uuid }));
          case 'retract_latest':
            return caches.service.retract(retraction(op.detector_name, { latest: op.n }, { cache, uuid }));
          case 'retract_id':
            return caches.service.retract(
              retraction(op.detector_name, { uuid: uuids.get(op.id) ?? randomUUID() }, { cache, uuid }),
            );
          case 'reset':
            return caches.service.reset(reset(cache));
        }
      };
      return post().then(
        () => uuid,
        (error) => {
          if (error instanceof Rejection) return uuid;
          throw error;
        },
      );
    });
  }

  test('differs exactly where the recorded traces differ', { timeout: 120_000 }, async () => {
    expect(recordings).toHaveLength(314);
    await open();
    const expected = new Map<string, { trace: string; main: string[]; shadow: string[] }>();
    const alerts = { main: 0, shadow: 0 };
    const following = await follower(engineNamed('reference'), 'test');
    await catchUp(following);
    for (const { name, ops, main, shadow } of recordings) {
      await caches.service.reset(reset('test'));
      for (const [i, uuid] of (await Promise.all(postTrace(ops.slice(0, shadow.length)))).entries()) {
        const [sent, wouldBe] = [stepTexts(main[i]), stepTexts(shadow[i])];
        alerts.main += sent.length;
        alerts.shadow += wouldBe.length;
        const [mainLeft, shadowLeft] = [without(sent, wouldBe), without(wouldBe, sent)];
        if (mainLeft.length + shadowLeft.length > 0) {
          expected.set(uuid, { trace: name, main: mainLeft, shadow: shadowLeft });
        }
      }
    }
    await catchUp(following);

    const { summary, differences } = await reports('reference', 'test');
    expect(summary).toMatchObject({ lag: 0, main_alerts: alerts.main, shadow_alerts: alerts.shadow, last_fault: null });
    const found = new Map(
      differences.map(({ message_uuid, main_alerts, shadow_alerts }) => [
        message_uuid,
        {
          trace: expected.get(message_uuid)?.trace,
          main: viewTexts(main_alerts),
          shadow: viewTexts(shadow_alerts),
        },
      ]),
    );
    expect(found).toEqual(expected);
    expect(expected.size).toBeGreaterThan(300);
    for (const { kind, main_alerts, shadow_alerts } of differences) {
      if (shadow_alerts.length === 0) expect(kind).toBe('main-only');
      else if (main_alerts.length === 0) expect(kind).toBe('shadow-only');
      else expect(['other-type', 'other-rows']).toContain(kind);
    }
  });
});

describe('whatever comes in', () => {
  /** The alerts of the whole history, by an engine that goes through it in memory. */
  async function alertsInMemory(engine: EngineName): Promise<number> {
    const pool = createPool(caches.databaseUrl, log);
    const client = await pool.connect();
    const history = await readCommands(client, 'live', 0n, 1_000_000);
    client.release();
    await pool.end();
    const ledger = openLedger(engineNamed(engine), { window: seconds(10) });
    let alerts = 0;
    for (const { command } of history) {
      if (command.kind !== 'switch') alerts += (await ledger.apply(command)).length;
    }
    return alerts;
  }

  async function postRandom(numRuns: number, between: () => Promise<void>): Promise<void> {
    const services = [caches.service, caches.replica()] as const;
    await fc.assert(
      fc.asyncProperty(bursts, async (all) => {
        await postBursts(services, all);
        await between();
      }),
      { numRuns, endOnFailure: true },
    );
  }

  test.each([['complete'], ['reference']] as const)(
    'the engine %s beside itself never differs, over restarts too',
    { timeout: 120_000 },
    async (engine) => {
      await open({ engine, expiration: SHORT_EXPIRATION });
      let following = await follower(engineNamed(engine));
      await catchUp(following);
      await postRandom(25, async () => {
        await catchUp(following);
        following = await follower(engineNamed(engine));
      });
      await catchUp(following);
      const { summary, differences } = await reports(engine);
      expect(differences).toEqual([]);
      expect(summary).toMatchObject({ lag: 0, last_fault: null, compared: summary.command });
      expect(summary.main_alerts).toBeGreaterThan(50);
      expect(summary.shadow_alerts).toBe(summary.main_alerts);
    },
  );

  test('the engine reference, with its observations left in the database, is what it is in memory', {
    timeout: 120_000,
  }, async () => {
    await open({ expiration: SHORT_EXPIRATION });
    const next = async () => catchUp(await follower(engineNamed('reference')));
    await next();
    await postRandom(25, next);
    const { summary } = await reports('reference');
    expect(summary).toMatchObject({ lag: 0, last_fault: null });
    expect(summary.shadow_alerts).toBe(await alertsInMemory('reference'));
    expect(summary.shadow_alerts).toBeGreaterThan(50);
  });
});

/** By name. */
const ENGINES = { complete: engineNamed('complete'), reference: engineNamed('reference') };

/** An engine that fails over observations of a detector. */
function failingOver(detector: string): Engine<unknown> {
  return {
    ...ENGINES.reference,
    apply(state, command) {
      if (command.kind === 'observe' && command.observation.detector === detector) throw new Error('no\u0000 such row');
      return ENGINES.reference.apply(state, command);
    },
  };
}

const see = (detector: string, second: number, fields: Parameters<typeof observation>[2] = {}) =>
  caches.service.observe(observation(detector, at(second), fields));

const brief = ({ differences }: { differences: readonly ShadowDifferenceView[] }) =>
  differences.map(({ kind, main_alerts: main, shadow_alerts: shadow }) => [kind, main.map(say), shadow.map(say)]);
const say = ({ alert_type, detector_names }: ShadowAlertView) => `${alert_type} ${detector_names.join(' ')}`;

describe('a follower', () => {
  test('compares each command once, whoever else does, and goes on after a failure', async () => {
    await open();
    const [one, other] = [await follower(ENGINES.reference), await follower(ENGINES.reference)];
    await see('JUNO', 0);
    await catchUp(one);
    await catchUp(other);
    // More than 10 s after its first: snews_cs ignores it.
    await see('JUNO', 100);
    await see('DUNE', 103);
    expect(await one.advance()).toBe(2);
    // It goes on from a position that has been left meanwhile.
    await see('IceCube', 104);
    await expect(other.advance()).rejects.toMatchObject({ name: 'TakenOver' });
    expect(await other.advance()).toBe(1);
    await expect(one.advance()).rejects.toMatchObject({ name: 'TakenOver' });
    expect(await one.advance()).toBe(0);
    const { summary, differences } = await reports('reference');
    // The founding and four observations.
    expect(summary).toMatchObject({ since_command: 0, command: 5, compared: 5, lag: 0, main_alerts: 2 });
    expect(new Set(differences.map(({ command }) => command)).size).toBe(differences.length);
    expect(brief({ differences })[0]).toEqual(['main-only', ['COINC_MSG JUNO DUNE'], []]);
  });

  test('says what differs, command by command', async () => {
    await open();
    await see('JUNO', 0);
    await see('DUNE', 3);
    await see('JUNO', 100);
    await see('DUNE', 103);
    await caches.service.retract(retraction('JUNO', { latest: 1 }));
    await catchUp(await follower(ENGINES.reference));
    const { summary, differences } = await reports('reference');
    expect(summary).toMatchObject({ main_engine: 'complete', command: 6, main_alerts: 3, shadow_alerts: 4 });
    expect(summary.equal_alerts).toBe(1);
    expect(brief({ differences })).toEqual([
      // What snews_cs ignores, more than 10 s away, makes it say again what stood.
      ['shadow-only', [], ['UPDATE JUNO DUNE']],
      ['other-rows', ['COINC_MSG JUNO DUNE'], ['UPDATE JUNO DUNE']],
      // snews_cs takes all of the detector's, so it is the first table that loses a row.
      ['other-rows', ['RETRACTION DUNE'], ['RETRACTION DUNE']],
    ]);
    expect(differences[0]).toMatchObject({ cache: 'live', command: 4, message_kind: 'CoincidenceTier', fault: null });
    expect(differences[2]).toMatchObject({ command: 6, message_kind: 'Retraction', detector_name: 'JUNO' });
  });

  test('counts an error and continues, whatever the engine throws', async () => {
    await open();
    await see('JUNO', 0);
    await see('DUNE', 3);
    await see('IceCube', 5);
    const following = await follower(failingOver('DUNE'));
    await catchUp(following);
    const { summary, differences } = await reports('reference');
    expect(summary).toMatchObject({ command: 4, compared: 4, last_fault: 'Error: no  such row' });
    expect(summary.differences).toEqual({
      'main-only': 0,
      'shadow-only': 0,
      'other-type': 0,
      'other-rows': 1,
      fault: 1,
    });
    expect(differences.map(({ command, kind, fault }) => [command, kind, fault])).toEqual([
      [3, 'fault', 'Error: no  such row'],
      [4, 'other-rows', null],
    ]);
    expect(warnings).toMatchObject([{ message: 'shadow:failed', details: { cache: 'live', command: 3 } }]);
    await expectUntouched();
  });

  test('lets observations expire where the main engine knows no expiry, and keeps them where it does', async () => {
    await open({ engine: 'reference', expiration: seconds(60) });
    const now = fromPosixMilliseconds(Date.now());
    const time = (second: number) => addDuration(now, seconds(second));
    // Counts for complete until 60 s after its time, in the second message's past.
    const first = observation('JUNO', time(-58), { receivedTime: time(-57) });
    const late = observation('DUNE', time(-55), { receivedTime: time(4) });
    await caches.service.observe(first);
    await caches.service.observe(late);
    await catchUp(await follower(ENGINES.complete));
    const { differences } = await reports('complete');
    expect(brief({ differences })).toEqual([['main-only', ['COINC_MSG JUNO DUNE'], []]]);
  });

  test('goes on over mutes, resets and a switch of engine and window', async () => {
    await open();
    const following = await follower(ENGINES.reference);
    await see('JUNO', 0);
    await caches.service.mute(muting('mute', 'JUNO'));
    await see('DUNE', 3);
    await catchUp(following);
    await caches.service.mute(muting('unmute', 'JUNO'));
    await caches.service.reset(reset());
    await see('JUNO', 200);
    await catchUp(await follower(ENGINES.reference));
    await switchLive(caches, 'reference');
    await see('DUNE', 203);
    await catchUp(await follower(ENGINES.reference));
    const { summary, differences } = await reports('reference');
    expect(summary).toMatchObject({ main_engine: 'reference', lag: 0, compared: 9, main_alerts: 2, shadow_alerts: 2 });
    expect(brief({ differences })).toEqual([]);
    // From its first look on, another engine compares what was sent since the reset.
    await catchUp(await follower(ENGINES.complete));
    expect((await reports('complete')).summary).toMatchObject({ since_command: 6, compared: 3, equal_alerts: 1 });
  });

  test('begins with what comes if the history since the reset is not kept', async () => {
    await open();
    await see('JUNO', 0);
    await caches.query("DELETE FROM observation WHERE detector_name = 'JUNO'");
    await see('DUNE', 1_000);
    await catchUp(await follower(ENGINES.reference));
    expect((await reports('reference')).summary).toMatchObject({ since_command: 3, command: 3, compared: 0, lag: 0 });
  });

  async function expectUntouched(): Promise<void> {
    const { rows } = await caches.query('SELECT alert_type FROM alert ORDER BY sequence');
    expect(rows.map(({ alert_type }) => alert_type)).toEqual(['COINC_MSG', 'COINC_MSG']);
  }
});
