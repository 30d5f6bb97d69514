import { setImmediate as nextTurn } from 'node:timers/promises';
import type pg from 'pg';
import { asDatabaseAway } from '../database/away.js';
import type { PrismaReads } from '../database/prisma.js';
import { CACHE_NAMES, type CacheName } from '../domain/cache-name.js';
import type {
  ObserveCommand,
  QueuedCommand,
  Refusal,
  ResetCommand,
  RetractCommand,
  UndoResetCommand,
} from '../domain/commands.js';
import { fromPosixMilliseconds } from '../domain/time.js';
import type { MuteAnswer, ObserveAnswer, ResetAnswer, ResetView, RetractAnswer } from '../domain/views.js';
import { createAnswers } from '../reads/answers.js';
import { commitReport } from './commit/commit-report.js';
import { createGroupCommit } from './commit/group-commit.js';
import { probeLocks } from './commit/probe.js';
import { buryFaults, StreamPositions } from './commit/stream-positions.js';
import { isStretch, type Stretch, type StretchOutcome } from './commit/stretch.js';
import { inTransaction } from './commit/transaction.js';
import { type CacheService, ShuttingDown } from './contract.js';
import { createArchive } from './judging/archive.js';
import { Batch } from './judging/batch.js';
import { isWithdrawal, keepPending, takePending, withdrawalOf } from './judging/early-retraction.js';
import { expireDue, MOST_IN_PORTION, nextPortion } from './judging/expire.js';
import { judgeAll } from './judging/judge.js';
import { minuteOf } from './judging/quota.js';
import { unknownReset } from './judging/undo.js';
import { type CacheObserver, observed, UNOBSERVED } from './observer.js';
import type { CommandAnswer, Verdict } from './outcome/verdict.js';
import type { CacheSettings } from './settings.js';
import { heardSince } from './store/heartbeats.js';
import { uuidsOf } from './store/known.js';
import type { CacheRow, Loaded, Repository } from './store/repository.js';
import { IS_ANY_DUE } from './store/statements.js';

/** What waits for a cache's lock: a command, or a stretch of a stream with its position. */
type Entry = QueuedCommand | Stretch;
type Result = PromiseSettledResult<CommandAnswer | StretchOutcome>;
/** So long a request to undo a reset is worked on before it is answered; so long, too, others' turns wait in the sweeper. */
const UNDO_MILLISECONDS = 5_000;

type AlertListener = Parameters<CacheService['onAlerts']>[0];

export interface CacheServiceOptions {
  readonly pool: pg.Pool;
  readonly prisma: PrismaReads;
  readonly settings: CacheSettings;
  /** By default nobody is told. */
  readonly observer?: CacheObserver;
  readonly log: Log;
}

/** What the service needs of a logger. */
interface Log {
  warn(details: object, message: string): void;
}

export function createCacheService(options: CacheServiceOptions): CacheService {
  const { pool, prisma, settings, observer = UNOBSERVED, log } = options;
  const answers = createAnswers(prisma);
  const archive = createArchive(pool, settings.detectorQuota, observer);
  const listeners: AlertListener[] = [];
  const queues = new Map(
    CACHE_NAMES.map((cache) => [
      cache,
      createGroupCommit<Entry, CommandAnswer | StretchOutcome>((batch) => commit(cache, batch)),
    ]),
  );
  /** What each cache was last seen to be run with: lets a batch ask for its neighbourhood before it holds the lock. */
  const lastSeen = new Map<CacheName, Pick<CacheRow, 'engine' | 'window'>>();
  const mostInPortion = settings.expiryPortion ?? MOST_IN_PORTION;
  /** How many observations of each cache expire at a time, if not the most. */
  const portions = new Map<CacheName, number>();
  /** Caches that were last seen to have more due than a portion. */
  const backlogs = new Set<CacheName>();
  const underWay = new Set<Promise<unknown>>();
  let stopping = false;

  async function commit(cache: CacheName, entries: readonly Entry[]): Promise<Result[]> {
    return (await commitAll(cache, entries)).results;
  }

  async function commitAll(cache: CacheName, entries: readonly Entry[]) {
    const work = () => commitOnce(cache, entries);
    const { settled, alerts, hasBacklog, lockedAt } = await observed(observer, cache, work, ({ report }) => report());
    if (alerts.length > 0) {
      for (const listener of listeners) listener(cache, alerts);
      // The alerts leave before the server turns to the answers.
      await nextTurn();
    }
    const results = await Promise.all(
      settled.map((one) =>
        'verdict' in one ? settle(one.verdict, one.command) : { status: 'fulfilled' as const, value: one },
      ),
    );
    if (hasBacklog) backlogs.add(cache);
    else backlogs.delete(cache);
    return { results, hasBacklog, lockedAt };
  }

  /** Looks without a lock: an idle service writes nothing. */
  async function expire(cache: CacheName): Promise<boolean> {
    const now = fromPosixMilliseconds(Date.now());
    const { rows } = await pool.query({ ...IS_ANY_DUE, values: [cache, now] }).catch((error) => {
      throw asDatabaseAway(error);
    });
    if (rows[0]?.due !== true) return false;
    const { hasBacklog, lockedAt } = await commitAll(cache, []);
    const portion = portions.get(cache) ?? mostInPortion;
    if (hasBacklog) portions.set(cache, nextPortion(portion, performance.now() - lockedAt, mostInPortion));
    return hasBacklog;
  }

  function commitOnce(cache: CacheName, entries: readonly Entry[]) {
    return inTransaction(pool, async (tx) => {
      const now = new Date();
      const locked = StreamPositions.lock(tx, entries.filter(isStretch));
      const [positions, opened] = await Promise.all([locked, open(tx, cache, entries.flatMap(commandsOf), now)]);
      const lockedAt = performance.now();
      const standing = entries.filter((entry) => !isStretch(entry) || positions.isOurs(entry));
      const commands = standing.flatMap(commandsOf);
      const batch = new Batch(tx, opened.row, opened.context, settings, now, timesOf(commands), opened.loaded);
      // Nothing expires under the engine that reproduces snews_cs.
      const isDue = opened.context.due && opened.row.engine !== 'reference';
      const hasBacklog = isDue && (await expireDue(batch, portions.get(cache) ?? mostInPortion, commands.length > 0));
      const verdicts = await judgeAll(batch, commands);
      const settled = entries.map((entry) => {
        if (!isStretch(entry)) return { command: entry, verdict: verdicts.get(entry) as Verdict };
        if (positions.isOurs(entry))
          buryFaults(positions, entry, (command) => fateIn(verdicts.get(command as QueuedCommand)));
        return positions.outcomeOf(entry);
      });
      positions.write(now);
      const alerts = batch.transcript.writeCache();
      const report = () =>
        commitReport({
          commands: verdicts,
          stretches: standing.filter(isStretch).map((stretch) => [stretch, positions.outcomeOf(stretch)]),
          alerting: batch.alerting,
        });
      return { settled, alerts, report, hasBacklog, lockedAt };
    });
  }

  /** Lock, context and neighbourhood travel together: none needs another's answer, they only must come in this order. */
  async function open(tx: Repository, cache: CacheName, commands: readonly QueuedCommand[], now: Date) {
    const guess = lastSeen.get(cache);
    const messages = commands.filter((command) => command.kind === 'observe' || command.kind === 'retract');
    const times = timesOf(commands);
    const asked = {
      uuids: uuidsOf(commands),
      targets: messages.flatMap((command) =>
        command.kind === 'retract' && 'uuid' in command.target ? [command.target.uuid] : [],
      ),
      detectors: [...new Set(messages.map(({ detectorName }) => detectorName))],
      minutes: [...new Set(messages.map(minuteOf))],
      now: fromPosixMilliseconds(now.getTime()),
      heardSince: heardSince(now),
    };
    const early =
      guess?.engine === 'complete' && times.length > 0 && times.length === commands.length
        ? tx.neighbourhood
        : undefined;
    const [row, context, neighbourhood] = await Promise.all([
      tx.lockCache(cache),
      tx.context(cache, asked),
      early?.(cache, guess?.window as CacheRow['window'], times),
    ]);
    lastSeen.set(cache, { engine: row.engine, window: row.window });
    const usable =
      neighbourhood !== undefined && row.engine === guess?.engine && row.window === guess.window && !context.due;
    const loaded: Loaded | undefined = usable ? await tx.load(row, Promise.resolve(neighbourhood)) : undefined;
    return { row, context, loaded };
  }

  async function settle(verdict: Verdict, command: QueuedCommand): Promise<PromiseSettledResult<CommandAnswer>> {
    switch (verdict.kind) {
      case 'accepted':
        return { status: 'fulfilled', value: await verdict.answer() };
      case 'refused':
        if (verdict.refusal.reason === 'quota') {
          log.warn({ cache: command.cache, detail: verdict.refusal.message }, 'message:over-quota');
        }
        return { status: 'rejected', reason: verdict.refusal };
      case 'duplicate':
        if (verdict.answer !== undefined) return { status: 'fulfilled', value: verdict.answer() };
        return answers.again(command as ObserveCommand | RetractCommand).then(
          (value) => ({ status: 'fulfilled' as const, value }),
          (error) => ({ status: 'rejected' as const, reason: asDatabaseAway(error) }),
        );
    }
  }

  /** A retraction by uuid acts where its observation stands; one that nobody has seen yet is kept. */
  async function retract(command: RetractCommand): Promise<RetractAnswer> {
    if (!isWithdrawal(command)) return submit(command.cache, command);
    const { uuid } = command.target;
    for (;;) {
      const cache = await answers.cacheOf(uuid).catch((error) => {
        throw asDatabaseAway(error);
      });
      if (cache !== undefined) return submit(cache, command);
      const kept = await observed(
        observer,
        'none',
        () => keepPending(pool, command, settings.detectorQuota),
        (done) =>
          done === 'seen'
            ? undefined
            : commitReport({ commands: new Map([[command, done === 'kept' ? 'accepted' : done]]), stretches: [] }),
      );
      if (kept === 'duplicate') return answers.again(command) as Promise<RetractAnswer>;
      if (kept === 'kept') return { duplicate: false, pending: true, retracted: [], sub_groups: [], alerts: [] };
      // It came in meanwhile: it stands in a cache now.
    }
  }

  /** What is due goes in portions: a reset, which can't, has the less to do under the cache's lock. */
  async function resetAfterBacklog(command: ResetCommand): Promise<ResetAnswer> {
    if (backlogs.has(command.cache)) while (!stopping && (await expire(command.cache)));
    return submit(command.cache, command);
  }

  function submit<T extends CommandAnswer | StretchOutcome>(cache: CacheName, entry: Entry): Promise<T> {
    return queues.get(cache)?.submit(entry) as Promise<T>;
  }

  /** Portion after portion, up to the end or for so long: then the sweeper goes on with it. */
  async function undoReset(command: UndoResetCommand): Promise<ResetView> {
    const until = Date.now() + UNDO_MILLISECONDS;
    for (;;) {
      const reset = await submit<ResetView>(command.cache, command);
      if (reset.undo?.done_at !== null || stopping || Date.now() > until) return reset;
    }
  }

  /** False: nothing is left to be undone. */
  async function goOnUndoing(): Promise<boolean> {
    const underWay = await answers.undosUnderWay();
    let isLeft = false;
    for (const { id, cache, actor } of underWay) {
      const { undo } = await undoReset({ kind: 'undo-reset', cache, reset: id, actor });
      isLeft ||= undo?.done_at === null;
    }
    return isLeft;
  }

  /** The lane of a stretch tells which lock its commands need. */
  async function take(stretch: Stretch): Promise<StretchOutcome> {
    if (stretch.lane === 'archive') return archive.take(stretch);
    if (stretch.lane !== 'withdrawal') return submit(stretch.lane, stretch);
    const { target } = withdrawalOf(stretch);
    for (;;) {
      const cache = await answers.cacheOf(target.uuid).catch((error) => {
        throw asDatabaseAway(error);
      });
      if (cache !== undefined) return submit(cache, stretch);
      const taken = await observed(
        observer,
        'none',
        () => takePending(pool, stretch, settings.detectorQuota),
        (done) =>
          done === 'seen' ? undefined : commitReport({ commands: done.fates, stretches: [[stretch, done.outcome]] }),
      );
      if (taken !== 'seen') return taken.outcome;
    }
  }

  /** The stretch's locks, and then the same way as the stretch without its records: so what is due to expire does. */
  async function probe(stretch: Stretch): Promise<StretchOutcome> {
    const outcome = await probeLocks(pool, stretch);
    if (outcome.kind === 'moved' || stretch.lane === 'withdrawal') return outcome;
    return await take({ ...stretch, next: stretch.expected, items: [] });
  }

  /** Counts what is under way, so that a stop can wait for it. */
  function admit<T>(work: () => Promise<T>): Promise<T> {
    if (stopping) return Promise.reject(new ShuttingDown('the server is stopping: send it again in a moment'));
    const done = work();
    underWay.add(done);
    const forget = () => underWay.delete(done);
    done.then(forget, forget);
    return done;
  }

  return {
    observe: (command) => admit(() => submit<ObserveAnswer>(command.cache, command)),
    retract: (command) => admit(() => retract(command)),
    archive: (command) => admit(() => archive.keep(command)),
    take: (stretch) => admit(() => take(stretch)),
    probe: (stretch) => admit(() => probe(stretch)),
    reset: (command) => admit(() => resetAfterBacklog(command)),
    undoReset: ({ reset, actor }) =>
      admit(async () => {
        const cache = await answers.cacheOfReset(reset).catch((error) => {
          throw asDatabaseAway(error);
        });
        if (cache === undefined) throw unknownReset(reset);
        return undoReset({ kind: 'undo-reset', cache, reset, actor });
      }),
    goOnUndoing: () => admit(goOnUndoing),
    mute: (command) => admit(() => submit<MuteAnswer>(command.cache, command)),
    expire: (cache) => admit(() => expire(cache)),
    onAlerts: (listener) => {
      listeners.push(listener);
    },
    async stop() {
      stopping = true;
      await Promise.allSettled(underWay);
    },
  };
}

/** The times that commands tell beforehand they will touch. */
function timesOf(commands: readonly QueuedCommand[]) {
  return commands.flatMap((command) => (command.kind === 'observe' ? [command.neutrinoTime] : []));
}

/** The commands for the cache's engine, in order. */
function commandsOf(entry: Entry): QueuedCommand[] {
  if (!isStretch(entry)) return [entry];
  return entry.items.flatMap((item) => ('command' in item && item.command.kind !== 'archive' ? [item.command] : []));
}

function fateIn(verdict: Verdict | undefined): Refusal | 'duplicate' | undefined {
  if (verdict?.kind === 'duplicate') return 'duplicate';
  return verdict?.kind === 'refused' ? verdict.refusal : undefined;
}
