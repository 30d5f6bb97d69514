import { setImmediate as nextTurn } from 'node:timers/promises';
import type pg from 'pg';
import { asDatabaseAway, tellingAway } from '../database/away.js';
import type { CacheName } from '../domain/cache-name.js';
import { ENGINE_RULES } from '../domain/coincidence/engine-rules.js';
import type { ObserveCommand, QueuedCommand, RetractCommand } from '../domain/commands.js';
import type { Log } from '../domain/log.js';
import { fromPosixMilliseconds } from '../domain/time.js';
import type { Answers } from '../reads/answers.js';
import { commitReport, fateOf } from './commit/commit-report.js';
import { createGroupCommit } from './commit/group-commit.js';
import { collectDeadLetters, StreamPositions } from './commit/stream-positions.js';
import { isStretch, type Stretch, type StretchOutcome } from './commit/stretch.js';
import { inTransaction } from './commit/transaction.js';
import type { CacheService } from './contract.js';
import { Batch, type OpenedCache } from './judging/batch.js';
import { expireDue, MOST_IN_PORTION, nextPortion } from './judging/expire.js';
import { judgeAll } from './judging/judge.js';
import { type CacheObserver, observed } from './observer.js';
import type { CommandAnswer, Verdict } from './outcome/verdict.js';
import type { CacheSettings } from './settings.js';
import { Arrivals } from './store/arrival.js';
import { heardSince } from './store/heartbeat-rows.js';
import { uuidsOf } from './store/known.js';
import { IS_ANY_DUE } from './store/read-statements.js';
import type { CacheRow, Loaded, Repository } from './store/repository.js';

/** What waits for a cache's lock: a command, or a stretch of a stream with its position. */
type Entry = QueuedCommand | Stretch;
type Result = PromiseSettledResult<CommandAnswer | StretchOutcome>;

/** Is called after each commit that stored alerts. */
export type AlertListener = Parameters<CacheService['onAlerts']>[0];

export interface CacheQueueOptions {
  readonly pool: pg.Pool;
  readonly settings: CacheSettings;
  readonly observer: CacheObserver;
  readonly answers: Pick<Answers, 'again'>;
  /** Added to while the service runs. */
  readonly listeners: readonly AlertListener[];
  readonly log: Log;
}

/**
 * The commands of one cache, in the order in which they come. Those that arrive while a transaction is under way are
 * committed together in the next one: the cache's row is locked, what is due expires, the commands are judged in order,
 * and all that they change is written with their alerts and the positions of their stretches.
 */
export class CacheQueue {
  /** Runs whole entries: a batch that fails is cut in halves. */
  private readonly groupCommit = createGroupCommit<Entry, CommandAnswer | StretchOutcome>(
    async (entries) => (await this.commit(entries)).results,
  );
  /** What the cache was last seen to be run with: lets a batch ask for its neighbourhood before it holds the lock. */
  private lastSeen: Pick<CacheRow, 'engine' | 'window'> | undefined;
  private readonly largestPortion: number;
  /** How many observations expire at a time. */
  private portion: number;
  private moreIsDue = false;

  constructor(
    private readonly cache: CacheName,
    private readonly options: CacheQueueOptions,
  ) {
    this.largestPortion = options.settings.expiryPortion ?? MOST_IN_PORTION;
    this.portion = this.largestPortion;
  }

  /** Settles after the commit. The type of the answer follows from the entry's. */
  submit<T extends CommandAnswer | StretchOutcome>(entry: Entry): Promise<T> {
    return this.groupCommit.submit(entry) as Promise<T>;
  }

  /** True if the last transaction left observations that are due to expire. */
  get hasBacklog(): boolean {
    return this.moreIsDue;
  }

  /** Takes out a portion of what is due. @returns whether there is more. An idle cache is looked at without a lock. */
  async expire(): Promise<boolean> {
    const now = fromPosixMilliseconds(Date.now());
    const { rows } = await tellingAway(() => this.options.pool.query({ ...IS_ANY_DUE, values: [this.cache, now] }));
    if (rows[0]?.due !== true) return false;
    const { hasBacklog, lockedAt } = await this.commit([]);
    if (hasBacklog) this.portion = nextPortion(this.portion, performance.now() - lockedAt, this.largestPortion);
    return hasBacklog;
  }

  private async commit(entries: readonly Entry[]) {
    const { observer, listeners } = this.options;
    const work = () => this.commitOnce(entries);
    const { settled, alerts, hasBacklog, lockedAt } = await observed(observer, this.cache, work, ({ report }) =>
      report(),
    );
    this.moreIsDue = hasBacklog;
    if (alerts.length > 0) {
      for (const listener of listeners) listener(this.cache, alerts);
      // The alerts leave before the server turns to the answers.
      await nextTurn();
    }
    const results = await Promise.all(
      settled.map((one): Result | Promise<Result> =>
        'verdict' in one ? this.settle(one.verdict, one.command) : { status: 'fulfilled', value: one },
      ),
    );
    return { results, hasBacklog, lockedAt };
  }

  private commitOnce(entries: readonly Entry[]) {
    const { pool, settings } = this.options;
    return inTransaction(pool, async (tx) => {
      const now = new Date();
      const arrivals = new Arrivals();
      const locked = StreamPositions.lock(tx, entries.filter(isStretch));
      const [positions, opened] = await Promise.all([
        locked,
        this.open(tx, entries.flatMap(commandsOf), arrivals, now),
      ]);
      const lockedAt = performance.now();
      const standing = entries.filter((entry) => !isStretch(entry) || positions.isOurs(entry));
      const commands = standing.flatMap(commandsOf);
      const batch = new Batch(tx, opened, arrivals, settings, now, timesOf(commands));
      const isDue = opened.context.due && ENGINE_RULES[opened.row.engine].expires;
      const hasBacklog = isDue && (await expireDue(batch, this.portion, commands.length > 0));
      const verdicts = await judgeAll(batch, commands);
      const settled = entries.map((entry) => {
        if (!isStretch(entry)) return { command: entry, verdict: verdicts.get(entry) as Verdict };
        if (positions.isOurs(entry))
          collectDeadLetters(positions, entry, (command) => {
            const verdict = verdicts.get(command as QueuedCommand);
            return verdict && fateOf(verdict);
          });
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

  /** Sends lock, context and neighbourhood together: none of them needs the result of another. */
  private async open(
    tx: Repository,
    commands: readonly QueuedCommand[],
    arrivals: Arrivals,
    now: Date,
  ): Promise<OpenedCache> {
    const { cache, lastSeen } = this;
    const messages = commands.filter((command) => command.kind === 'observe' || command.kind === 'retract');
    const times = timesOf(commands);
    const asked = {
      uuids: uuidsOf(commands),
      targets: messages.flatMap((command) =>
        command.kind === 'retract' && 'uuid' in command.target ? [command.target.uuid] : [],
      ),
      detectors: [...new Set(messages.map(({ detectorName }) => detectorName))],
      minutes: [...new Set(messages.map((command) => arrivals.of(command).minute))],
      now: fromPosixMilliseconds(now.getTime()),
      heardSince: heardSince(now),
    };
    const isEarly =
      lastSeen !== undefined &&
      ENGINE_RULES[lastSeen.engine].isLocal &&
      times.length > 0 &&
      times.length === commands.length;
    // Sent in this order: what is read before the lock is granted would be out of date.
    const [row, context, neighbourhood] = await Promise.all([
      tx.lockCache(cache),
      tx.context(cache, asked),
      isEarly ? tx.neighbourhood(cache, lastSeen.window, times) : undefined,
    ]);
    this.lastSeen = { engine: row.engine, window: row.window };
    const usable =
      neighbourhood !== undefined && row.engine === lastSeen?.engine && row.window === lastSeen.window && !context.due;
    const loaded: Loaded | undefined = usable ? await tx.load(row, Promise.resolve(neighbourhood)) : undefined;
    return { row, context, loaded };
  }

  private async settle(verdict: Verdict, command: QueuedCommand): Promise<PromiseSettledResult<CommandAnswer>> {
    const { answers, log } = this.options;
    switch (verdict.kind) {
      case 'accepted':
        return { status: 'fulfilled', value: await verdict.answer() };
      case 'rejected':
        if (verdict.rejection.reason === 'quota') {
          log.warn({ cache: command.cache, detail: verdict.rejection.message }, 'message:over-quota');
        }
        return { status: 'rejected', reason: verdict.rejection };
      case 'duplicate':
        if (verdict.answer !== undefined) return { status: 'fulfilled', value: verdict.answer() };
        return answers.again(command as ObserveCommand | RetractCommand).then(
          (value) => ({ status: 'fulfilled' as const, value }),
          (error) => ({ status: 'rejected' as const, reason: asDatabaseAway(error) }),
        );
    }
  }
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
