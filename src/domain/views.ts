import type { CacheName } from './cache-name.js';
import type { AlertType, EngineName } from './coincidence/engine.js';
import type { Json } from './commands.js';
import type { JsonText } from './json-text.js';

/**
 * What is shown to the world, in the field's own names: the same shapes go out over REST and the alert stream.
 * Times are UTC text with nine decimals and Z.
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

export interface TableRowView {
  readonly uuid: string;
  readonly id: string;
  readonly detector_name: string;
  readonly neutrino_time_utc: string;
  /** Seconds since the table's first row. */
  readonly neutrino_time_delta: number;
  readonly p_val: number | null;
  readonly received_time_utc: string;
  readonly machine_time_utc: string | null;
  readonly meta: Json | JsonText;
}

/** A sub-group's table. */
export interface TableView {
  readonly number: number;
  readonly event_id: string | null;
  readonly pre_sn: boolean;
  readonly rows: readonly TableRowView[];
  readonly p_values_average: number | null;
  readonly false_alarm: FalseAlarm | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface CoincidencesView {
  readonly cache: CacheName;
  readonly engine: EngineName;
  /** Rises with every change of the tables. */
  readonly version: number;
  /** When the tables last changed. */
  readonly as_of: string;
  readonly sub_groups: readonly TableView[];
  /** Of a page: where the next one begins; null on the last. */
  readonly next_cursor?: string | null | undefined;
}

/** With the rate of false triggers that SNEWS assumes of every detector. */
export interface AssumedFalseAlarm {
  /** Rate at which chance alone makes such a coincidence, in hertz. */
  readonly rate_hz: number;
  readonly mean_years_between: number;
  readonly online_detectors: number;
  readonly coincident_detectors: number;
}

/** With the rates at which the detectors that are online were seen to trigger. */
export interface MeasuredFalseAlarm {
  /** Rate at which chance alone makes a coincidence of as many detectors or more, in hertz. */
  readonly rate_hz: number;
  readonly mean_years_between: number;
  /** Detectors that sent enough observations to have a rate of their own, and those with the assumed one. */
  readonly detectors_measured: number;
  readonly detectors_assumed: number;
  /** How far back observations were counted: 30, or less on a server that is younger. */
  readonly days: number;
}

export interface FalseAlarm extends AssumedFalseAlarm {
  /** Null if it wasn't known when the rows changed. */
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
  /** The message in the collaboration's format. */
  readonly payload: Json;
}

export const EVENT_STATES = ['open', 'retracted', 'closed'] as const;
export type EventState = (typeof EVENT_STATES)[number];

export const DELIVERY_STATES = ['waiting', 'sending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Where alerts go. */
export const DESTINATIONS = ['kafka', 'email', 'slack', 'gcn'] as const;
export type Destination = (typeof DESTINATIONS)[number];

/** How an alert fared on its way to one destination. */
export interface DeliveryView {
  /** Names it for a resend; null for Kafka, where alerts wait without end. */
  readonly id: number | null;
  readonly sink: Destination;
  readonly state: DeliveryState;
  /** Null for Kafka, which counts none; so are the next three. */
  readonly tries: number | null;
  /** Without addresses. */
  readonly last_error: string | null;
  readonly next_try_at: string | null;
  readonly delivered_at: string | null;
}

/** A delivery as administrators see it. */
export interface DeliveryRecordView extends DeliveryView {
  readonly id: number;
  readonly tries: number;
  readonly alert_id: string;
  readonly event_id: string;
  readonly created_at: string;
  readonly gives_up_at: string;
}

/** An alert that one of two compared engines sent, or would have sent. */
export interface ShadowAlertView {
  readonly alert_type: AlertType;
  readonly sub_group: number;
  readonly detector_names: readonly string[];
  readonly neutrino_times: readonly string[];
  /** null: the detector gave none, or the observation is no longer kept. */
  readonly p_values: readonly (number | null)[];
}

export const SHADOW_DIFFERENCE_KINDS = ['main-only', 'shadow-only', 'other-type', 'other-rows', 'fault'] as const;
export type ShadowDifferenceKind = (typeof SHADOW_DIFFERENCE_KINDS)[number];

/** A command after which the shadow engine would have alerted otherwise. */
export interface ShadowDifferenceView {
  readonly id: number;
  readonly cache: CacheName;
  readonly command: number;
  readonly message_uuid: string;
  readonly message_kind: string;
  readonly detector_name: string | null;
  readonly received_time_utc: string;
  readonly kind: ShadowDifferenceKind;
  /** Those without an equal on the other side. */
  readonly main_alerts: readonly ShadowAlertView[];
  readonly shadow_alerts: readonly ShadowAlertView[];
  /** Of all alerts that the command caused, those with an equal included. */
  readonly event_ids: readonly string[];
  readonly fault: string | null;
  readonly compared_at: string;
}

/** How a cache's engine and its shadow compare. */
export interface ShadowCacheView {
  readonly cache: CacheName;
  readonly main_engine: EngineName;
  /** Commands after this one are compared. */
  readonly since_command: number;
  /** The last that was compared. */
  readonly command: number;
  /** Commands that wait to be compared. */
  readonly lag: number;
  readonly compared: number;
  readonly main_alerts: number;
  readonly shadow_alerts: number;
  readonly equal_alerts: number;
  /** Commands, by what differed. */
  readonly differences: Readonly<Record<ShadowDifferenceKind, number>>;
  readonly last_fault: string | null;
  readonly last_fault_at: string | null;
}

export interface ShadowView {
  /** null: none is configured. */
  readonly engine: EngineName | null;
  readonly caches: readonly ShadowCacheView[];
}

/** Answers of the cache to commands. */
export interface ObserveAnswer {
  /** True if this uuid was known: the alerts are those of the first time, the tables today's. */
  readonly duplicate: boolean;
  readonly observation: ObservationView;
  /** The tables that it stands in. */
  readonly sub_groups: readonly TableView[];
  readonly alerts: readonly AlertView[];
}

export interface RetractAnswer {
  readonly duplicate: boolean;
  /** True if the observation hasn't come yet: it will be withdrawn when it does. */
  readonly pending: boolean;
  readonly retracted: readonly string[];
  /** The tables that changed. */
  readonly sub_groups: readonly TableView[];
  readonly alerts: readonly AlertView[];
}

export interface ArchiveAnswer {
  readonly duplicate: boolean;
  readonly uuid: string;
}

export interface ResetAnswer {
  /** Names the reset, for who undoes it. */
  readonly id: string;
  readonly cache: CacheName;
  readonly version: number;
  /** How many observations were forgotten. */
  readonly dropped: number;
}

/** A reset of a cache, and what became of it. */
export interface ResetView {
  readonly id: string;
  readonly cache: CacheName;
  readonly time_utc: string;
  /** The id of the key that asked for it, or the record of Kafka. */
  readonly actor: string;
  readonly reason: string;
  readonly dropped: number;
  /** It can be undone up to this time. */
  readonly undo_until: string;
  /** Null: nobody has undone it. */
  readonly undo: UndoView | null;
}

export interface UndoView {
  readonly actor: string;
  readonly asked_at: string;
  /** Null while it is under way. */
  readonly done_at: string | null;
  /** Observations that came back. */
  readonly restored: number;
  /** Alerts that this caused. */
  readonly alerts: number;
}

export interface MuteAnswer {
  readonly cache: CacheName;
  readonly detector_name: string;
  readonly muted: boolean;
  /** The observations that left the tables, or came back. */
  readonly observations: readonly string[];
  readonly alerts: readonly AlertView[];
}
