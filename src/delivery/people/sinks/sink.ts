import type { Json } from '../../../domain/commands.js';
import type { AlertView, EventState, SinkName } from '../../../domain/views.js';

/**
 * A way to tell people of an alert. The relay calls `deliver` for one alert after the other, an event's in the order
 * of their sequence, and calls it again with the same notice when the answer to the last try was lost: whatever names
 * the message for the other side must therefore follow from the alert's id alone.
 */
export interface Sink {
  readonly name: SinkName;
  /**
   * Sends one alert; resolves when the other side has taken it.
   * @returns what must be remembered of it to reply to it later, like Slack's `ts`; null for nothing
   * @throws DeliveryError; anything else counts as transient
   */
  deliver(notice: Notice, attempt: Attempt): Promise<DeliveryReceipt>;
  /** Lets go of connections; nothing is under way. */
  close(): Promise<void>;
}

/** JSON that the relay keeps and gives back as `Notice.eventReceipt`. */
export type DeliveryReceipt = Json;

/** An alert with what sinks need beside it. */
export interface Notice {
  readonly alert: AlertView;
  /** Of the fire-drill cache: whatever is said must say so. */
  readonly isDrill: boolean;
  /** The event's first alert, a change of it, or observations withdrawn. */
  readonly kind: NoticeKind;
  /** The alert's rows, in table order. */
  readonly rows: readonly NoticeRow[];
  /** What a retraction took out of the table: rows of the sub-group's alert before that are in it no more. */
  readonly withdrawn: readonly NoticeRow[];
  /** Counts the event's alerts; 1 for the first. */
  readonly recordNumber: number;
  /** The id of the event's first alert; its own if it is the first. */
  readonly firstAlertId: string;
  /** What this sink remembered of the last of the event's alerts that it delivered; null before. */
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

/** One try of a delivery. Sinks that tell one recipient don't need it, except for the signal. */
export interface Attempt {
  /** Aborts when the try has taken too long, or the server stops: what isn't done by then is done in the next try. */
  readonly signal: AbortSignal;
  /** What earlier tries remembered; null in the first. */
  readonly progress: Json;
  /**
   * Keeps, before it resolves, what this delivery has done so far.
   * @param problem shown to administrators as its last error, also if it is delivered in the end
   * @throws if another replica has taken the delivery over: nothing more may be sent
   */
  remember(progress: Json, problem?: string): Promise<void>;
}

/** The other side didn't take it. The message is shown to administrators: what is wrong, and what to do about it. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';

  /**
   * @param kind transient: it may do better by itself; permanent: somebody has to change something, so tries are rare
   * @param retryAfterMs how long the other side asked to be left alone, in milliseconds
   */
  constructor(
    message: string,
    readonly kind: 'transient' | 'permanent',
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}
