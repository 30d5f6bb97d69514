import type { Json } from '../../domain/commands.js';
import type { Change, Job } from './store.js';

/** What a queue does with its jobs. */
export interface JobSender<Row, Message> {
  readonly events: JobEvents;
  /** Names the job in the log. */
  about(job: Job<Row>): object;
  /** Reads what is to be sent. Nothing has left the server when it resolves. */
  prepare(job: Job<Row>): Promise<Message>;
  /**
   * Sends it; resolves when the other side has taken it. May be called again with the same job when the answer to an
   * earlier try was lost, so whatever identifies the message for the other side must follow from the job alone.
   * @returns what is stored of it, if the table has a place for it
   */
  send(message: Message, attempt: JobAttempt): Promise<Json>;
  /** What an error of `prepare` or `send` means. */
  failureOf(error: unknown): JobFailure;
  /** Is told of each job that was sent. Times in POSIX milliseconds. */
  onSent?(job: Job<Row>, startedAt: number, sentAt: number): void;
  /** Is told of each failed try. @param isLast the job has failed for good */
  onFailed?(isLast: boolean): void;
}

/** The names of log events. */
export interface JobEvents {
  readonly sent: string;
  /** A try failed, and another one will be made. */
  readonly postponed: string;
  readonly rejected?: string;
  readonly failed: string;
  /** An earlier try of the job has begun, and how it ended is not known. */
  readonly answerLost: string;
  /** The result of a try is not recorded, because another one has begun meanwhile. */
  readonly takenOver: string;
  /** The result of a try can't be recorded yet. */
  readonly notRecorded: string;
}

/** One try of a job. */
export interface JobAttempt {
  /** Aborts when the time is over: what is not done by then is done in the next try. */
  readonly signal: AbortSignal;
  /**
   * Stores, before it resolves, what this try has done so far, and extends the lease.
   * @throws AttemptEnded if another try has begun: nothing more may be sent
   */
  keep(change: Change): Promise<void>;
}

export interface JobFailure {
  /** What is stored; without addresses it is logged too. */
  readonly error: string;
  /**
   * transient: it may succeed by itself. permanent: somebody has to change something first, so tries are rare.
   * rejected: it is not tried again.
   */
  readonly kind: 'transient' | 'permanent' | 'rejected';
  /** How long the other side asked for a pause, in milliseconds. It holds for all jobs of the queue. */
  readonly retryAfterMs?: number | undefined;
  /** Other jobs of the queue would fail in the same way now. */
  readonly isOfAll?: boolean;
}

/** The queue itself ended a try. */
export class AttemptEnded extends Error {
  override readonly name = 'AttemptEnded';

  /** @param retryAfterMs given if nothing was sent: the job need not wait as after a failure */
  constructor(
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}
