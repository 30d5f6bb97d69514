import fc from 'fast-check';
import type pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { readHistory, rulesAfter } from '../../../../src/cache/history/history.js';
import { connectPatiently } from '../../../../src/database/pool.js';
import type { EngineName, SubGroup } from '../../../../src/domain/coincidence/engine.js';
import { engineNamed } from '../../../../src/domain/coincidence/engines.js';
import type { Alerts, Ledger, LedgerStart } from '../../../../src/domain/coincidence/ledger.js';
import { openLedger } from '../../../../src/domain/coincidence/ledgers.js';
import type { RecordedCommand } from '../../../../src/domain/coincidence/recorded-command.js';
import { type StoredDetectors, standingInDatabase } from '../../../../src/shadow/standing-in-database.js';
import { type Caches, openCaches } from '../../../support/caches.js';
import { bursts, postBursts, SHORT_EXPIRATION } from '../../../support/random-commands.js';

let caches: Caches;
let client: pg.Client;

afterEach(async () => {
  await client.end();
  await caches.close();
});

const alertTexts = (alerts: Alerts) =>
  alerts.map(({ type, subGroup, rows }) => `${type} ${subGroup}: ${rows.map(({ observation }) => observation.order)}`);

const tableTexts = (subGroups: readonly SubGroup[]) =>
  subGroups.map(({ rows }) => rows.map(({ observation, delta }) => `${observation.order}+${delta}`).join(' ')).sort();

/** What is stored, in the same words; alerts by the commands that caused them. */
async function storedAlerts(after: bigint): Promise<Map<number, string[]>> {
  const { rows } = await client.query(
    `SELECT a.command, alert_type || ' ' || sub_group || ': ' || string_agg(o.command::text, ',' ORDER BY place) AS text
     FROM alert a, unnest(a.observations) WITH ORDINALITY AS r (uuid, place), observation o
     WHERE a.cache = 'live' AND a.command > $1 AND o.uuid = r.uuid
     GROUP BY a.command, a.sequence, alert_type, sub_group ORDER BY a.sequence`,
    [after],
  );
  const found = new Map<number, string[]>();
  for (const { command, text } of rows) found.set(Number(command), [...(found.get(Number(command)) ?? []), text]);
  return found;
}

async function storedStates(): Promise<Map<number, string>> {
  const { rows } = await client.query(`SELECT command, state FROM observation WHERE cache = 'live'`);
  return new Map(rows.map(({ command, state }) => [Number(command), state]));
}

async function storedTables(): Promise<string[]> {
  const { rows } = await client.query(`SELECT rows, deltas FROM sub_group WHERE cache = 'live' AND closed_at IS NULL`);
  return rows
    .map(({ rows: orders, deltas }) => orders.map((order: bigint, i: number) => `${order}+${deltas[i]}`).join(' '))
    .sort();
}

async function lastCommand(): Promise<bigint> {
  const { rows } = await client.query(`SELECT next_command - 1 AS last FROM cache WHERE name = 'live'`);
  return rows[0].last;
}

type Opening = (start: LedgerStart, command: number) => Ledger;

/** Goes through the history, from nothing; every `resumption` commands with another ledger, from the checkpoint. */
async function walk(open: Opening, resumption = Number.POSITIVE_INFINITY) {
  const states = new Map<number, string>();
  const onState = (order: number, state: string) => states.set(order, state);
  let ledger = open({ ...(await rulesAfter(client, 'live', 0n)), onState }, 0);
  return {
    states,
    tables: () => tableTexts(ledger.subGroups()),
    async apply(command: RecordedCommand): Promise<string[]> {
      if (command.kind === 'switch') return [];
      const alerts = await ledger.apply(command);
      if (command.order % resumption === 0) {
        // As it comes back from a JSON column.
        const checkpoint = JSON.parse(JSON.stringify(ledger.checkpoint()));
        const rules = await rulesAfter(client, 'live', BigInt(command.order));
        ledger = open({ ...rules, checkpoint, onState }, command.order);
      }
      return alertTexts(alerts);
    },
  };
}

const inMemory =
  (engine: EngineName): Opening =>
  (start) =>
    openLedger(engineNamed(engine), start);

const inDatabase: Opening = (start, command) => {
  const stored = (start.checkpoint ?? null) as StoredDetectors | null;
  return openLedger(engineNamed('reference'), start, standingInDatabase(client, 'live', command, stored));
};

type Bursts = typeof bursts extends fc.Arbitrary<infer All> ? All : never;

/** Random sequences seldom undo a reset and then need what came back. */
const UNDOING: Bursts = (
  [
    { kind: 'observe', detector: 'XENONnT', moment: 20 },
    { kind: 'observe', detector: 'JUNO', moment: 22 },
    { kind: 'observe', detector: 'JUNO', moment: 28 },
    { kind: 'mute', detector: 'JUNO' },
    { kind: 'reset' },
    { kind: 'undo reset', pick: 0 },
    { kind: 'unmute', detector: 'JUNO' },
    { kind: 'observe', detector: 'JUNO', moment: 25 },
    { kind: 'mute', detector: 'JUNO' },
    { kind: 'unmute', detector: 'JUNO' },
    { kind: 'reset' },
    { kind: 'retract one', pick: 0 },
    { kind: 'undo reset', pick: 0 },
    { kind: 'retract one', pick: 1 },
    { kind: 'observe', detector: 'DUNE', moment: 26 },
    { kind: 'observe', detector: 'JUNO', moment: 27 },
    { kind: 'mute', detector: 'JUNO' },
    { kind: 'unmute', detector: 'JUNO' },
  ] as const
).map((action) => [{ action, replica: false }]);

describe('the ledger and the judging of incoming commands agree on what commands mean', () => {
  /** Posts random sequences, and lets the ledgers go through what was recorded of each. */
  async function compare(
    engine: EngineName,
    numRuns: number,
    check: (command: RecordedCommand, stored: readonly string[]) => Promise<void>,
    checkEnd: () => Promise<void>,
  ): Promise<void> {
    const services = [caches.service, caches.replica()] as const;
    let after = 0n;
    await fc.assert(
      fc.asyncProperty(bursts, async (all) => {
        await postBursts(services, all);
        const to = await lastCommand();
        const stored = await storedAlerts(after);
        for await (const { command } of readHistory(client, 'live', after, to)) {
          await check(command, stored.get(command.order) ?? []);
        }
        await checkEnd();
        after = to;
      }),
      { numRuns, endOnFailure: true, examples: [[UNDOING]] },
    );
    const { rows } = await client.query(`SELECT kind, count(*)::int FROM message WHERE cache = 'live' GROUP BY kind`);
    const kinds = ['CoincidenceTier', 'Retraction', 'Mute', 'Unmute', 'Reset', 'UndoReset'];
    expect(rows.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(engine === 'complete' ? [...kinds, 'Expiry'] : kinds),
    );
  }

  async function open(engine: EngineName): Promise<void> {
    caches = await openCaches({ engine, expiration: SHORT_EXPIRATION });
    client = await connectPatiently(caches.databaseUrl);
  }

  test('with the engine complete, from the first command on and from checkpoints', { timeout: 180_000 }, async () => {
    await open('complete');
    const whole = await walk(inMemory('complete'));
    const resumed = await walk(inMemory('complete'), 7);
    await compare(
      'complete',
      40,
      async (command, stored) => {
        expect(await whole.apply(command)).toEqual(stored);
        // From a checkpoint sub-groups are counted anew, and of two old ones that share as much either may be gone on from.
        await resumed.apply(command);
      },
      async () => {
        for (const ledger of [whole, resumed]) {
          expect(ledger.tables()).toEqual(await storedTables());
          expect(ledger.states).toEqual(await storedStates());
        }
      },
    );
  });

  test('with the engine reference, and what stands in memory or in the database', { timeout: 180_000 }, async () => {
    await open('reference');
    const whole = await walk(inMemory('reference'));
    const resumed = [await walk(inMemory('reference'), 7), await walk(inDatabase, 7)];
    await compare(
      'reference',
      25,
      async (command, stored) => {
        for (const ledger of [whole, ...resumed]) expect(await ledger.apply(command)).toEqual(stored);
      },
      async () => {
        for (const ledger of [whole, ...resumed]) expect(ledger.tables()).toEqual(await storedTables());
        expect(whole.states).toEqual(await storedStates());
      },
    );
  });
});
