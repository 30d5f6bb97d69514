import type pg from 'pg';
import type { TimeLimits } from '../../database/jobs/attempt.js';
import type { Waits } from '../../database/jobs/backoff.js';
import type { JobFailure, JobSender } from '../../database/jobs/sender.js';
import { createJobStore, type JobTable } from '../../database/jobs/store.js';
import type { Json } from '../../domain/commands.js';
import type { SinkName } from '../../domain/views.js';
import type { DeliveryObserver } from '../observer.js';
import type { Deliveries } from './deliveries.js';
import type { Notices } from './notices.js';
import { DeliveryError, type DeliveryReceipt, type Notice, type Sink } from './sinks/sink.js';

/** A row of the table `delivery`. */
export interface DeliveryJob {
  readonly alert_id: string;
  readonly event_id: string;
  readonly sequence: bigint;
  readonly progress: Json;
  readonly receipt: DeliveryReceipt;
}

export type DeliveryJobs = ReturnType<typeof createDeliveryJobs>;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A stop waits for 12 s for each part of the service. */
export const DELIVERY_LIMITS: TimeLimits = { prepare: 5 * SECOND, send: 40 * SECOND, grace: 10 * SECOND };
/** All limits together, and as much as replicas' clocks may differ. */
export const DELIVERY_LEASE = DELIVERY_LIMITS.prepare + DELIVERY_LIMITS.send + DELIVERY_LIMITS.grace + 20 * SECOND;
/** An alert is urgent, so it is tried again soon, and all of the wait is random. */
export const DELIVERY_WAITS: Waits = { first: SECOND, most: 5 * MINUTE, fixed: 0, permanent: 10 * MINUTE };

/** The deliveries to a sink, as jobs. */
export function createDeliveryJobs(pool: pg.Pool, sink: SinkName) {
  const table: JobTable<DeliveryJob> = {
    name: 'delivery',
    columns: ['alert_id', 'event_id', 'sequence', 'progress', 'receipt'],
    states: { pending: ['waiting', 'sending'], sent: 'delivered', failed: 'failed' },
    dueAt: 'due_at',
    failsAt: 'gives_up_at',
    neverTried: 'the alert was over 24 h old before it could be tried',
    // Tries are counted anew when an administrator sends a delivery again.
    fence: 'attempt',
    isUnderWay: 'attempt IS NOT NULL',
    // Updates and retractions refer to the alerts before them.
    order: { within: 'event_id', by: 'sequence' },
    scope: () => ({ condition: 'sink = $1', values: [sink] }),
    begun: { state: 'sending' },
    postponed: { state: 'waiting', attempt: null },
    settled: () => ({ attempt: null }),
    // Who got it is kept only for as long as others wait for theirs. The receipt of a delivery is that of its first time.
    sent: ({ receipt: first }, receipt, at) => ({
      progress: null,
      delivered_at: at,
      ...(first === null && receipt !== null ? { receipt: JSON.stringify(receipt) } : {}),
    }),
  };
  return createJobStore(pool, table);
}

export interface DeliverySenderOptions {
  readonly sink: Sink;
  readonly deliveries: Deliveries;
  readonly notices: Notices;
  /** Takes secrets out of what is stored and logged. */
  redact(text: string): string;
  readonly observer: DeliveryObserver;
}

/** Delivers to a sink. */
export function createDeliverySender(options: DeliverySenderOptions): JobSender<DeliveryJob, PreparedDelivery> {
  const { sink, deliveries, notices, redact, observer } = options;
  return {
    events: {
      sent: 'delivery:delivered',
      postponed: 'delivery:postponed',
      failed: 'delivery:failed',
      answerLost: 'delivery:answer-lost',
      takenOver: 'delivery:taken-over',
      notRecorded: 'delivery:not-recorded',
    },
    about: ({ id, row }) => ({ sink: sink.name, delivery: Number(id), alert: row.alert_id, event: row.event_id }),
    async prepare({ row }) {
      const receipt = await deliveries.receiptOf(sink.name, row.event_id);
      return { notice: await notices.of(row.alert_id, receipt), progress: row.progress };
    },
    send: ({ notice, progress }, { signal, keep }) =>
      sink.deliver(notice, {
        signal,
        progress,
        remember: (made, problem) =>
          keep({
            progress: JSON.stringify(made),
            ...(problem === undefined ? {} : { last_error: redact(problem) }),
          }),
      }),
    failureOf: (error) => failureOf(error, redact),
    onSent: ({ row }, startedAt, deliveredAt) =>
      observer.onDelivered({ output: sink.name, alerts: [row.alert_id], startedAt, deliveredAt }),
    onFailed: (isLast) => observer.onFailed(sink.name, isLast),
  };
}

interface PreparedDelivery {
  readonly notice: Notice;
  readonly progress: Json;
}

function failureOf(error: unknown, redact: (text: string) => string): JobFailure {
  const message = redact(error instanceof Error ? error.message : String(error));
  if (!(error instanceof DeliveryError)) return { error: message, kind: 'transient' };
  return { error: message, kind: error.kind, retryAfterMs: error.retryAfterMs };
}
