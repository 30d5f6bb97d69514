import { randomUUID } from 'node:crypto';
import { withoutAddresses } from '../../domain/email-address.js';
import type { Log } from '../../domain/log.js';
import { attempt, type TimeLimits } from './attempt.js';
import { nextDelay, type Waits } from './backoff.js';
import type { Clock } from './clock.js';
import { AttemptEnded, type JobFailure, type JobSender } from './sender.js';
import type { Change, Fence, Job, JobStore } from './store.js';

export interface JobQueueOptions<Row, Message> {
  readonly jobs: JobStore<Row>;
  readonly sender: JobSender<Row, Message>;
  readonly limits: TimeLimits;
  /** After so many milliseconds a try whose end is not recorded counts as lost. Longer than all limits together. */
  readonly lease: number;
  readonly waits: Waits;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a step did. */
export type JobStep =
  /** Nothing is due for so many milliseconds. */
  | { readonly kind: 'idle'; readonly milliseconds: number }
  /** There may be more to do. @property isOfAll other jobs would fail in the same way now */
  | { readonly kind: 'worked'; readonly isOfAll: boolean };

const WORKED: JobStep = { kind: 'worked', isOfAll: false };
/** How long to wait before a result is recorded again that could not be recorded. */
const RECORD_AGAIN = 1_000;

/**
 * A queue of jobs that are kept in a table of PostgreSQL: messages that go out of this server. One replica leads a queue
 * and calls `step`; two that both believe to lead do no harm.
 *
 * The states of a job:
 *
 * - pending: it is tried when it is due. With an order, only the first job of its group is.
 * - under way: a try has begun. Its fence and the expiry of its lease are stored before anything is sent.
 * - sent, failed, rejected: settled.
 *
 * The transitions:
 *
 * - pending → under way, when it is due (`try`). If two replicas do this at once, one of them succeeds.
 * - under way → sent, when the other side has taken it.
 * - under way → pending, when the try failed or ended for time. It is due after a wait that grows with each try, and
 *   at the latest when the job fails. If the other side asked for a pause, the whole queue pauses.
 * - under way → rejected, when the other side will never take it.
 * - under way → under way, when the lease has expired: the replica that had begun died, or lost its database. Its
 *   result is unknown, so the job is sent again, under the same id: a job is sent at least once. Its fence is another
 *   one now, so what the earlier try still finds out is not recorded.
 * - pending, or under way with an expired lease → failed, when the time at which it fails has come.
 *
 * A result that can't be recorded, because the database is away, is recorded later: until then the job is not tried
 * again, neither here, where the step has not ended, nor elsewhere before the lease expires.
 */
export class JobQueue<Row, Message> {
  /** The other side asked for a pause until then. */
  #pausedUntil = 0;
  /** When the server began to stop. */
  #stoppedAt = Number.POSITIVE_INFINITY;

  constructor(private readonly options: JobQueueOptions<Row, Message>) {}

  /** Does the job that is due, if there is one. */
  async step(signal: AbortSignal): Promise<JobStep> {
    const { jobs, clock } = this.options;
    const job = await jobs.next(clock.now());
    const now = clock.now();
    if (job === undefined) return { kind: 'idle', milliseconds: Number.POSITIVE_INFINITY };
    if (job.dueAt <= now && job.failsAt <= now) return this.#fail(job);
    const dueAt = Math.max(job.dueAt, this.#pausedUntil);
    if (dueAt > now) return { kind: 'idle', milliseconds: dueAt - now };
    return this.#try(job, signal);
  }

  /** Ends a pause that the other side asked for. */
  resume(): void {
    this.#pausedUntil = 0;
  }

  /** The server stops: results are recorded for as long as the grace, not longer. */
  finish(): void {
    this.#stoppedAt = this.options.clock.now();
  }

  /** What failed is due now: this replica may be able to do what the one that led before could not. */
  async retryFailed(): Promise<void> {
    await this.options.jobs.retryFailed(this.options.clock.now());
  }

  async #fail(job: Job<Row>): Promise<JobStep> {
    const { jobs, sender, clock, log } = this.options;
    const error = job.lastError ?? jobs.table.neverTried;
    if (!(await jobs.fail(job, error, new Date(clock.now())))) return WORKED;
    sender.onFailed?.(true);
    const told = { ...sender.about(job), tries: job.tries, error: withoutAddresses(error) };
    log.error(told, sender.events.failed);
    return WORKED;
  }

  async #try(job: Job<Row>, signal: AbortSignal): Promise<JobStep> {
    const { jobs, sender, limits, lease, clock, log } = this.options;
    const startedAt = clock.now();
    const begun = await jobs.begin(job, randomUUID(), startedAt, startedAt + lease);
    if (begun === undefined) return WORKED;
    const { fence } = begun;
    if (job.isUnderWay) log.warn({ ...sender.about(job), tries: job.tries }, sender.events.answerLost);
    const outcome = await attempt({
      prepare: () => sender.prepare(job),
      send: (message, over) => sender.send(message, { signal: over, keep: (change) => this.#keep(job, fence, change) }),
      ...{ limits, clock, signal },
    }).then(
      (result) => ({ result }),
      (error) => ({ error }),
    );
    if ('error' in outcome) return this.#failed(job, fence, outcome.error);
    const sentAt = clock.now();
    sender.onSent?.(job, startedAt, sentAt);
    const { table } = jobs;
    const change = { ...table.settled(new Date(sentAt)), ...table.sent?.(job.row, outcome.result, new Date(sentAt)) };
    const told = { ...sender.about(job), tries: job.tries + 1 };
    const isRecorded = await this.#record(job, fence, { state: table.states.sent, ...change }, told);
    if (isRecorded) log.info(told, sender.events.sent);
    return WORKED;
  }

  async #failed(job: Job<Row>, fence: Fence, thrown: unknown): Promise<JobStep> {
    const { jobs, sender, waits, clock, log } = this.options;
    const { table } = jobs;
    sender.onFailed?.(false);
    const failure = thrown instanceof AttemptEnded ? endedEarly(thrown) : sender.failureOf(thrown);
    const { error, kind, retryAfterMs, isOfAll = false } = failure;
    const tries = job.tries + 1;
    const told = { ...sender.about(job), tries, error: withoutAddresses(error), kind };
    const now = clock.now();
    if (kind === 'rejected' && table.states.rejected !== undefined) {
      const change = { state: table.states.rejected, last_error: error, ...table.settled(new Date(now)) };
      if (await this.#record(job, fence, change, told)) log.warn(told, sender.events.rejected ?? sender.events.failed);
      return { kind: 'worked', isOfAll };
    }
    const wait = nextDelay(failure, tries, waits);
    const next = new Date(Math.min(now + wait, job.failsAt));
    if (retryAfterMs !== undefined) this.#pausedUntil = now + wait;
    const change = { ...table.postponed, last_error: error, [table.dueAt]: next };
    if (await this.#record(job, fence, change, told)) log.warn({ ...told, next }, sender.events.postponed);
    return { kind: 'worked', isOfAll };
  }

  /** @throws AttemptEnded if another try has begun */
  async #keep(job: Job<Row>, fence: Fence, change: Change): Promise<void> {
    const { jobs, lease, clock } = this.options;
    const isCurrent = await this.#untilRecorded(job, () =>
      jobs.record(job, fence, { ...change, [jobs.table.dueAt]: new Date(clock.now() + lease) }),
    );
    if (!isCurrent) throw new AttemptEnded('the try is over: another one may be under way');
  }

  /** False, and said so, if the try is not the current one any more. */
  async #record(job: Job<Row>, fence: Fence, change: Change, told: object): Promise<boolean> {
    const { jobs, sender, log } = this.options;
    const isCurrent = await this.#untilRecorded(job, () => jobs.record(job, fence, change));
    if (!isCurrent) log.warn(told, sender.events.takenOver);
    return isCurrent;
  }

  /**
   * The result of a try must be known, or it is made again: a database that is away is waited for. The leadership is
   * lost with it, so that is no reason to end.
   */
  async #untilRecorded(job: Job<Row>, recording: () => Promise<boolean>): Promise<boolean> {
    const { sender, limits, clock, log } = this.options;
    for (;;) {
      try {
        return await recording();
      } catch (error) {
        if (clock.now() - this.#stoppedAt > limits.grace) throw error;
        log.warn({ ...sender.about(job), err: error }, sender.events.notRecorded);
        await clock.wait(RECORD_AGAIN, new AbortController().signal);
      }
    }
  }
}

function endedEarly({ message, retryAfterMs }: AttemptEnded): JobFailure {
  return { error: message, kind: 'transient', retryAfterMs, isOfAll: true };
}
