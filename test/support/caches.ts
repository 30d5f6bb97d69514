import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterEach, expect } from 'vitest';
import { createCaches } from '../../src/cache/history/create-caches.js';
import { createCacheService } from '../../src/cache/service.js';
import type { CacheSettings } from '../../src/cache/settings.js';
import { createPool } from '../../src/database/pool.js';
import type { CacheName } from '../../src/domain/cache-name.js';
import type { EngineName } from '../../src/domain/coincidence/engine.js';
import type {
  ArchiveCommand,
  MuteCommand,
  ObserveCommand,
  ResetCommand,
  RetractCommand,
} from '../../src/domain/commands.js';
import type { HeartbeatStatus } from '../../src/domain/heartbeats/health.js';
import { addDuration, type Duration, fromPosixMilliseconds, type Instant, seconds } from '../../src/domain/time.js';
import type { AlertView, SubGroupView } from '../../src/domain/views.js';
import { openReads } from '../../src/reads/reads.js';
import { expectCleanAudits } from './acknowledged.js';
import { createMigratedDatabase } from './database.js';
import { forEachTest } from './for-tests.js';
import { silentLog } from './logs.js';
import { allTables, wholeEvent } from './whole-reads.js';

const NOTHING: pg.QueryResult = { rows: [], rowCount: 0, command: '', oid: 0, fields: [] };

/** The cache service on a database of its own, below REST: so tests can name the receipt of a message. */
export type Caches = Awaited<ReturnType<typeof openCaches>>;

export interface CachesOptions extends Partial<CacheSettings> {
  readonly engine?: EngineName;
  readonly window?: Duration;
}

export async function openCaches({ engine = 'complete', window = seconds(10), ...given }: CachesOptions = {}) {
  const database = await createMigratedDatabase();
  await createCaches(database.url, engine, window);
  const settings = { expiration: seconds(86_400), detectorQuota: 0, serverTag: 'test', ...given };
  const opened: (() => Promise<void>)[] = [];

  /** One replica more on the same database. */
  function replica() {
    const pool = createPool(database.url, silentLog);
    const { reads, close } = openReads(database.url, silentLog);
    const service = createCacheService({ pool, answers: reads.answers, settings, log: silentLog });
    opened.push(async () => {
      await service.stop();
      await pool.end();
      await close();
    });
    return { service, reads };
  }
  const { service, reads } = replica();

  return {
    databaseUrl: database.url,
    service,
    replica: () => replica().service,
    /** All tables, as text. */
    tables: async (cache: CacheName = 'live') => (await allTables(reads.subGroups, cache)).sub_groups.map(tableText),
    coincidences: (cache: CacheName = 'live') => allTables(reads.subGroups, cache),
    event: async (id: string) => {
      const event = await wholeEvent(reads.events, id);
      if (event === null) throw new Error(`there is no event ${id}`);
      return event;
    },
    /** Each observation's state, by uuid. */
    async states(): Promise<Map<string, string>> {
      const { rows } = await this.query('SELECT uuid, state FROM observation');
      return new Map(rows.map((row) => [row.uuid, row.state]));
    },
    async query(statement: string, values: unknown[] = []): Promise<pg.QueryResult> {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      try {
        const result = await client.query(statement, values);
        // Several statements without values give a result each.
        return (Array.isArray(result) ? result.at(-1) : result) ?? NOTHING;
      } finally {
        await client.end();
      }
    },
    async close() {
      for (const end of opened) await end();
      await database.drop();
    },
  };
}

/** Caches of their own for each test. */
export function cachesForEachTest(options: CachesOptions = {}): Caches {
  return forEachTest(
    () => openCaches(options),
    (caches) => caches.close(),
  );
}

/** Caches of their own for each test, which must be what their commands make them when the test has ended. */
export function checkedCachesForEachTest(options: CachesOptions = {}): Caches {
  const caches = cachesForEachTest(options);
  afterEach(() => expectCleanAudit(caches));
  return caches;
}

/** Connections to the caches' database, beside those of their service. */
export function poolForEachTest(caches: Caches, log: Parameters<typeof createPool>[1]): pg.Pool {
  return forEachTest(
    () => createPool(caches.databaseUrl, log),
    (pool) => pool.end(),
  );
}

/** Fails unless every cache is what its commands make it. */
export const expectCleanAudit = ({ databaseUrl }: Pick<Caches, 'databaseUrl'>) => expectCleanAudits(databaseUrl);

/** When messages are received if they don't say otherwise; a whole second. */
export const RECEIVED = fromPosixMilliseconds(Math.floor(Date.now() / 1000) * 1000);
const FIRST_NEUTRINO = addDuration(RECEIVED, seconds(-6 * 3600));

/** Neutrino times, in seconds from a common beginning. */
export function at(second: number): Instant {
  return addDuration(FIRST_NEUTRINO, seconds(second));
}

export function observation(detectorName: string, time: Instant, fields: Partial<ObserveCommand> = {}): ObserveCommand {
  return {
    kind: 'observe',
    ...message(detectorName),
    id: `${detectorName}_CoincidenceTier_None`,
    neutrinoTime: time,
    pVal: 0.5,
    isPreSn: false,
    machineTime: null,
    sentTime: null,
    schemaVersion: null,
    meta: null,
    ...fields,
  };
}

export function retraction(
  detectorName: string,
  target: RetractCommand['target'],
  fields: Partial<RetractCommand> = {},
): RetractCommand {
  return { kind: 'retract', ...message(detectorName), target, ...fields };
}

/** @param receivedMs when it was received, in POSIX milliseconds */
export function heartbeat(
  detectorName: string,
  receivedMs: number,
  status: HeartbeatStatus = 'ON',
  fields: Partial<ArchiveCommand> = {},
): ArchiveCommand {
  return {
    kind: 'archive',
    tier: 'Heartbeat',
    ...message(detectorName),
    receivedTime: fromPosixMilliseconds(receivedMs),
    content: status,
    heartbeat: { status, machineTime: null, sentTime: null },
    ...fields,
  };
}

export function reset(cache: CacheName = 'live'): ResetCommand {
  return { kind: 'reset', cache, reason: 'a test', actor: 'tester' };
}

export function undoing(answer: { readonly id: string }) {
  return { reset: answer.id, actor: 'tester' };
}

export function muting(kind: 'mute' | 'unmute', detectorName: string, cache: CacheName = 'live'): MuteCommand {
  return { kind, cache, detectorName, reason: 'a test', actor: 'tester' };
}

function message(detectorName: string) {
  return {
    uuid: randomUUID() as string,
    cache: 'live' as CacheName,
    detectorName,
    receivedTime: RECEIVED,
    source: 'tester',
    body: '{}',
  };
}

/** `0: JUNO+0 DUNE+3.5`, in seconds. */
export function tableText({ number, rows }: SubGroupView): string {
  return `${number}: ${rows.map((row) => `${row.detector_name}+${row.neutrino_time_delta}`).join(' ')}`;
}

/** `COINC_MSG 0: JUNO DUNE` */
export function alertTexts(alerts: readonly AlertView[]): string[] {
  return alerts.map(
    ({ alert_type, sub_group, detector_names }) => `${alert_type} ${sub_group}: ${detector_names.join(' ')}`,
  );
}

/** Fails unless the command was refused for that reason. */
export async function expectRefused(answering: Promise<unknown>, reason: string): Promise<void> {
  await expect(answering).rejects.toMatchObject({ name: 'Rejection', reason });
}
