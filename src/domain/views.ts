import type { CacheName } from './cache-name.js';
import type { AlertType, EngineName } from './coincidence/engine.js';
import type { Json } from './commands.js';
import type { JsonText } from './json-text.js';

/**
 * The types in this file are sent over REST and the alert stream. Times are UTC text with nine decimals and Z.
 */

export interface ObservationView {
  readonly uuid: string;
  readonly id: string;
  readonly cache: CacheName;
  readonly detector_name: string;
  readonly neutrino_time_utc: string;
  readonly received_time_utc: string;
  readonly machine_time_utc: string | null;
  readonly sent_time_utc: string | null;
  readonly p_val: number | null;
  readonly is_pre_sn: boolean;
  readonly state: ObservationState;
  readonly meta: Json | JsonText;
  readonly schema_version: string | null;
}

export const OBSERVATION_STATES = ['active', 'muted', 'retracted', 'expired', 'reset'] as const;
export type ObservationState = (typeof OBSERVATION_STATES)[number];

export interface SubGroupRowView {
  readonly uuid: string;
  readonly id: string;
  readonly detector_name: string;
  readonly neutrino_time_utc: string;
  /** Seconds since the first row of the sub-group. */
  readonly neutrino_time_delta: number;
  readonly p_val: number | null;
  readonly received_time_utc: string;
  readonly machine_time_utc: string | null;
  readonly meta: Json | JsonText;
}

/** A sub-group with its observations. */
export interface SubGroupView {
  readonly number: number;
  readonly event_id: string | null;
  readonly pre_sn: boolean;
  readonly rows: readonly SubGroupRowView[];
  readonly p_values_average: number | null;
  readonly false_alarm: FalseAlarm | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface CoincidencesView {
  readonly cache: CacheName;
  readonly engine: EngineName;
  /** Increases with every change of the sub-groups. */
  readonly version: number;
  /** When the sub-groups last changed. */
  readonly as_of: string;
  readonly sub_groups: readonly SubGroupView[];
  /** Cursor of the next page; null on the last page. */
  readonly next_cursor?: string | null | undefined;
}

/** Computed from the rate of false observations that SNEWS assumes for every detector. */
export interface AssumedFalseAlarm {
  /** Rate of such coincidences that are due to chance, in hertz. */
  readonly rate_hz: number;
  readonly mean_years_between: number;
  readonly online_detectors: number;
  readonly coincident_detectors: number;
}

/** Computed from the measured rates of the online detectors. */
export interface MeasuredFalseAlarm {
  /** Rate of coincidences of at least as many detectors that are due to chance, in hertz. */
  readonly rate_hz: number;
  readonly mean_years_between: number;
  /** Number of detectors with enough observations for a measured rate, and of those with the assumed rate. */
  readonly detectors_measured: number;
  readonly detectors_assumed: number;
  /** Number of days over which observations were counted: 30, or less on a server that has run for less time. */
  readonly days: number;
}

export interface FalseAlarm extends AssumedFalseAlarm {
  /** Null if it was not known when the rows changed. */
  readonly measured: MeasuredFalseAlarm | null;
}

export interface AlertView {
  readonly id: string;
  readonly sequence: number;
  readonly cache: CacheName;
  readonly alert_type: AlertType;
  readonly sub_group: number;
  readonly event_id: string;
  readonly pre_sn: boolean;
  readonly detector_names: readonly string[];
  readonly neutrino_times: readonly string[];
  readonly p_values: readonly (number | null)[];
  readonly p_values_average: number | null;
  readonly false_alarm: FalseAlarm | null;
  readonly server_tag: string;
  readonly sent_time_utc: string;
  /** The alert in the collaboration's format. */
  readonly payload: Json;
}

export const EVENT_STATES = ['open', 'retracted', 'closed'] as const;
export type EventState = (typeof EVENT_STATES)[number];

export const DELIVERY_STATES = ['waiting', 'sending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** The destinations by which people are notified. */
export const SINK_NAMES = ['email', 'slack', 'gcn'] as const;
export type SinkName = (typeof SINK_NAMES)[number];

/** The destinations whose deliveries are recorded. */
export const DESTINATIONS = ['kafka', ...SINK_NAMES] as const;
export type Destination = (typeof DESTINATIONS)[number];

/** The delivery of an alert to one destination. */
export interface DeliveryView {
  /** Identifies the delivery in a request to resend it; null for Kafka, where alerts stay pending until they are published. */
  readonly id: number | null;
  readonly sink: Destination;
  readonly state: DeliveryState;
  /** Number of attempts. For Kafka, this and the next three fields are null. */
  readonly tries: number | null;
  /** E-mail addresses are removed. */
  readonly last_error: string | null;
  readonly next_try_at: string | null;
  readonly delivered_at: string | null;
}

/** A delivery as administrators see it, with its alert and event. */
export interface DeliveryRecordView extends DeliveryView {
  readonly id: number;
  readonly tries: number;
  readonly alert_id: string;
  readonly event_id: string;
  readonly created_at: string;
  readonly gives_up_at: string;
}

/** The answer to a request to retry a dead letter. */
export type RetryAnswer =
  | { readonly kind: 'taken' }
  | { readonly kind: 'rejected'; readonly error: { readonly reason: string; readonly detail: string } };

/** The answer to a request to send a delivery again. */
export type ResendAnswer =
  | { readonly kind: 'due'; readonly delivery: DeliveryRecordView }
  | { readonly kind: 'unknown' | 'sending' | 'unconfigured' };

/** An alert of the main engine, or an alert that the shadow engine would have sent. */
export interface ShadowAlertView {
  readonly alert_type: AlertType;
  readonly sub_group: number;
  readonly detector_names: readonly string[];
  readonly neutrino_times: readonly string[];
  /** An element is null if the detector sent none, or if the observation is no longer stored. */
  readonly p_values: readonly (number | null)[];
}

export const SHADOW_DIFFERENCE_KINDS = ['main-only', 'shadow-only', 'other-type', 'other-rows', 'fault'] as const;
export type ShadowDifferenceKind = (typeof SHADOW_DIFFERENCE_KINDS)[number];

/** A command after which the alerts of the shadow engine differ from those of the main engine. */
export interface ShadowDifferenceView {
  readonly id: number;
  readonly cache: CacheName;
  readonly command: number;
  readonly message_uuid: string;
  readonly message_kind: string;
  readonly detector_name: string | null;
  readonly received_time_utc: string;
  readonly kind: ShadowDifferenceKind;
  /** The alerts that have no equal alert of the other engine. */
  readonly main_alerts: readonly ShadowAlertView[];
  readonly shadow_alerts: readonly ShadowAlertView[];
  /** The events of all alerts that the command caused, including equal ones. */
  readonly event_ids: readonly string[];
  readonly fault: string | null;
  readonly compared_at: string;
}

/** Results of the comparison of a cache's engine with the shadow engine. */
export interface ShadowCacheView {
  readonly cache: CacheName;
  readonly main_engine: EngineName;
  /** Number of the command after which the comparison begins. */
  readonly since_command: number;
  /** Number of the last compared command. */
  readonly command: number;
  /** Number of commands that are still to be compared. */
  readonly lag: number;
  readonly compared: number;
  readonly main_alerts: number;
  readonly shadow_alerts: number;
  readonly equal_alerts: number;
  /** Number of commands by kind of difference. */
  readonly differences: Readonly<Record<ShadowDifferenceKind, number>>;
  readonly last_fault: string | null;
  readonly last_fault_at: string | null;
}

export interface ShadowView {
  /** Null if no shadow engine is configured. */
  readonly engine: EngineName | null;
  readonly caches: readonly ShadowCacheView[];
}

/** The answer to an observation. */
export interface ObserveAnswer {
  /** True if a message with this uuid was stored before: the alerts are the first answer's, the sub-groups are current. */
  readonly duplicate: boolean;
  readonly observation: ObservationView;
  /** The sub-groups that contain the observation. */
  readonly sub_groups: readonly SubGroupView[];
  readonly alerts: readonly AlertView[];
}

export interface RetractAnswer {
  readonly duplicate: boolean;
  /** True if the observation has not arrived yet: it is retracted when it arrives. */
  readonly pending: boolean;
  readonly retracted: readonly string[];
  /** The sub-groups that changed. */
  readonly sub_groups: readonly SubGroupView[];
  readonly alerts: readonly AlertView[];
}

export interface ArchiveAnswer {
  readonly duplicate: boolean;
  readonly uuid: string;
}

export interface ResetAnswer {
  /** Identifies the reset in a request to undo it. */
  readonly id: string;
  readonly cache: CacheName;
  readonly version: number;
  /** Number of observations that were removed. */
  readonly dropped: number;
}

/** A reset of a cache, and its undo if there was one. */
export interface ResetView {
  readonly id: string;
  readonly cache: CacheName;
  readonly time_utc: string;
  /** The id of the key, or the position of the Kafka record, that requested the reset. */
  readonly actor: string;
  readonly reason: string;
  readonly dropped: number;
  /** The reset can be undone until this time. */
  readonly undo_until: string;
  /** Null if the reset has not been undone. */
  readonly undo: UndoView | null;
}

export interface UndoView {
  readonly actor: string;
  readonly asked_at: string;
  /** Null while the undo is in progress. */
  readonly done_at: string | null;
  /** Number of observations that were restored. */
  readonly restored: number;
  /** Number of alerts that the undo caused. */
  readonly alerts: number;
}

export interface MuteAnswer {
  readonly cache: CacheName;
  readonly detector_name: string;
  readonly muted: boolean;
  /** The observations that were excluded from the sub-groups, or included again. */
  readonly observations: readonly string[];
  readonly alerts: readonly AlertView[];
}
