import type { Json } from '../../../domain/commands.js';
import type { AlertView, EventState, SinkName } from '../../../domain/views.js';

/**
 * Sends alerts to people. The relay calls `deliver` for one alert after the other, an event's in the order of their
 * sequence, and calls it again with the same notice when the answer to the last try was lost: whatever identifies the
 * message for the other side must therefore follow from the alert's id alone.
 */
export interface Sink {
  readonly name: SinkName;
  /**
   * Sends one alert; resolves when the other side has taken it.
   * @returns what is needed to reply to it later, like Slack's `ts`; null for nothing
   * @throws DeliveryError; anything else counts as transient
   */
  deliver(notice: Notice, attempt: Attempt): Promise<DeliveryReceipt>;
  /** Closes connections. No delivery is under way. */
  close(): Promise<void>;
}

/** JSON that is stored with the delivery and given back as `Notice.eventReceipt`. */
export type DeliveryReceipt = Json;

/** An alert with what sinks need beside it. */
export interface Notice {
  readonly alert: AlertView;
  /** True for an alert of the fire-drill cache: every message must say so. */
  readonly isDrill: boolean;
  /** The event's first alert, a change of it, or a retraction of observations. */
  readonly kind: NoticeKind;
  /** The alert's rows, in table order. */
  readonly rows: readonly NoticeRow[];
  /** Rows of the sub-group's alert before this one that a retraction removed. */
  readonly retracted: readonly NoticeRow[];
  /** Counts the event's alerts; 1 for the first. */
  readonly recordNumber: number;
  /** The id of the event's first alert; its own if it is the first. */
  readonly firstAlertId: string;
  /** What this sink returned for the last of the event's alerts that it delivered; null before. */
  readonly eventReceipt: DeliveryReceipt;
  /** The event's state now, which may be later than the alert. */
  readonly eventState: EventState;
}

export const NOTICE_KINDS = ['initial', 'update', 'retraction'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

export interface NoticeRow {
  /** The observation's uuid. */
  readonly observation: string;
  readonly detector_name: string;
  /** UTC, nine decimals. */
  readonly neutrino_time_utc: string;
  /** Seconds since the first row of the table that it stands in, or stood in. */
  readonly neutrino_time_delta: number;
  readonly p_val: number | null;
}

/** One try of a delivery. Sinks with one recipient need only the signal. */
export interface Attempt {
  /** Aborts when the try has taken too long, or the server stops: what is not done by then is done in the next try. */
  readonly signal: AbortSignal;
  /** What earlier tries stored with `remember`; null in the first. */
  readonly progress: Json;
  /**
   * Stores, before it resolves, what this delivery has done so far.
   * @param problem shown to administrators as its last error, also if it is delivered in the end
   * @throws AttemptEnded if another replica has taken the delivery over: nothing more may be sent
   */
  remember(progress: Json, problem?: string): Promise<void>;
}

/** The other side did not take an alert. The message is shown to administrators: what is wrong, and what to do. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';

  /**
   * @param kind transient: it may succeed later; permanent: somebody has to change something, so tries are rare
   * @param retryAfterMs how long the other side asked for a pause, in milliseconds
   */
  constructor(
    message: string,
    readonly kind: 'transient' | 'permanent',
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}
